import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { lazy, Suspense } from "react";
import type {
  WorkflowVersion,
  WorkflowVersionDetail,
} from "../../../../../src/contracts/workflow-library.ts";
import { workflowVersionQuery } from "../../../api/workflows.ts";
import { Button } from "../../../components/button.tsx";
import { serverNow } from "../../../components/clock.ts";
import { ErrorState } from "../../../components/error-state.tsx";
import { formatRelative } from "../../../components/format-time.ts";
import { Panel } from "../../../components/panel.tsx";
import { Select } from "../../../components/select.tsx";
import { Skeleton } from "../../../components/skeleton.tsx";
import { shortDigest, versionTitle } from "./version-title.ts";
import styles from "./versions.module.css";

const WorkflowDiff = lazy(async () => ({
  default: (await import("../../../components/workflow-editor/workflow-diff.tsx")).WorkflowDiff,
}));

interface ComparisonProps {
  readonly name: string;
  readonly version: WorkflowVersion;
  /** Null: it stands alone. */
  readonly against: WorkflowVersion | null;
  readonly others: readonly WorkflowVersion[];
  readonly onCompare: (id: string) => void;
  /** Takes its text into the editor. */
  readonly onUse: (source: string) => void;
}

/** What one version says, and in what it differs from another one. */
export function Comparison({ name, version, against, others, onCompare, onUse }: ComparisonProps) {
  const shown = useQuery(workflowVersionQuery(name, version.id));
  const other = useQuery({
    ...workflowVersionQuery(name, against?.id ?? version.id),
    enabled: against !== null,
  });
  const error = shown.error ?? other.error;
  const texts =
    shown.data === undefined ? null : comparable(shown.data, against === null ? null : other.data);
  return (
    <Panel
      title={against === null ? versionTitle(version) : `${titleOf(against)} → ${titleOf(version)}`}
      aside={
        <div className={styles["tools"]}>
          {others.length > 0 && (
            <Select
              aria-label="Compare with"
              value={against?.id ?? ""}
              options={others.map((one) => ({ value: one.id, label: `compared with ${titleOf(one)}` }))}
              onChoose={onCompare}
            />
          )}
          <Button
            icon={History}
            disabled={texts?.usable == null}
            onClick={() => texts?.usable != null && onUse(texts.usable)}
          >
            Use this version again
          </Button>
        </div>
      }
    >
      {error !== null ? (
        <ErrorState error={error} title="This version could not be loaded" />
      ) : texts === null ? (
        <Skeleton width="100%" height="24rem" />
      ) : (
        <>
          {texts.note !== null && <p className={styles["note"]}>{texts.note}</p>}
          {texts.before === texts.after && against !== null ? (
            <p className={styles["note"]}>Both say the same.</p>
          ) : (
            <Suspense fallback={<Skeleton width="100%" height="24rem" />}>
              <WorkflowDiff label="What changed" before={texts.before} after={texts.after} />
            </Suspense>
          )}
        </>
      )}
    </Panel>
  );
}

function titleOf(version: WorkflowVersion): string {
  const title = versionTitle(version).toLowerCase();
  if (version.origin !== "ran" || version.createdAt === null) return title;
  return `${shortDigest(version.digest)}, ${title} ${formatRelative(new Date(version.createdAt), serverNow())}`;
}

interface Texts {
  readonly before: string | null;
  readonly after: string;
  /** What is taken into the editor. */
  readonly usable: string | null;
  readonly note: string | null;
}

/** Two texts of the same kind: as both were written, or where one is only known from its runs, as both are executed. Null until both are here. */
function comparable(
  shown: WorkflowVersionDetail,
  other: WorkflowVersionDetail | null | undefined,
): Texts | null {
  if (other === undefined) return null;
  const usable = shown.source ?? shown.expanded;
  const before = other === null ? null : shown.source === null ? other.expanded : other.source;
  if (other === null || (shown.source !== null && other.source !== null))
    return { before, after: usable ?? "", usable, note: shown.source === null ? RAN : null };
  return { before: other.expanded ?? "", after: shown.expanded ?? "", usable, note: EXECUTED };
}

const RAN = "Known from its runs: what was executed, with used workflows and repeated steps written out.";
const EXECUTED =
  "One of the two is known from its runs only: both are shown as they are executed, with used workflows and repeated steps written out.";
