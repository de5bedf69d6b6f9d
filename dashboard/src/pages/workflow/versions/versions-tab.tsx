import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { workflowVersionsQuery } from "../../../api/workflows.ts";
import { ErrorState } from "../../../components/error-state.tsx";
import { Panel } from "../../../components/panel.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { usePageRowKeys } from "../../../components/use-row-keys.ts";
import { versionWord, type WorkflowSearch } from "../workflow-search.ts";
import { Comparison } from "./comparison.tsx";
import { VersionRow } from "./version-row.tsx";
import { comparedWith, toldWith } from "./version-title.ts";
import styles from "./versions.module.css";

interface VersionsTabProps {
  readonly name: string;
  readonly search: WorkflowSearch;
  readonly onUse: (source: string) => void;
}

/** All that the name has stood for, the newest first, and in what each differs from the one before. */
export function VersionsTab({ name, search, onUse }: VersionsTabProps) {
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(workflowVersionsQuery(name));
  const versions = data?.versions ?? [];
  usePageRowKeys();
  if (data === undefined && error === null)
    return <SkeletonRows rows={4} height="6rem" label="Loading the versions" />;
  const chosen = versions.find(({ id }) => id === String(search.version)) ?? versions[0];
  if (chosen === undefined)
    return (
      <ErrorState error={error} title="The versions could not be loaded" onRetry={() => void refetch()} />
    );
  const others = versions.filter(({ id }) => id !== chosen.id);
  const wanted = search.against === undefined ? comparedWith(versions, chosen.id) : String(search.against);
  return (
    <div className={styles["columns"]}>
      <Panel title={versions.length === 1 ? "One version" : `${versions.length} versions`}>
        <ul className={styles["list"]}>
          {versions.map((version) => (
            <VersionRow
              key={version.id}
              name={name}
              version={version}
              told={toldWith(versions, version)}
              isChosen={version.id === chosen.id}
            />
          ))}
        </ul>
      </Panel>
      <Comparison
        name={name}
        version={chosen}
        against={others.find(({ id }) => id === wanted) ?? null}
        others={others}
        onCompare={(against) =>
          void navigate({
            to: "/workflows/$name",
            params: { name },
            search: {
              tab: "versions",
              version: versionWord(chosen.id),
              against: versionWord(against),
            },
            replace: true,
            resetScroll: false,
          })
        }
        onUse={onUse}
      />
    </div>
  );
}
