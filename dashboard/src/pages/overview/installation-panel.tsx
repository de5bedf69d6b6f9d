import { useQuery } from "@tanstack/react-query";
import { modelsQuery, workflowsQuery } from "../../api/installation.ts";
import { Fact } from "../../components/fact.tsx";
import { Panel } from "../../components/panel.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import styles from "./installation-panel.module.css";

/** What there is to work with. */
export function InstallationPanel() {
  const models = useQuery(modelsQuery).data?.models;
  const workflows = useQuery(workflowsQuery).data?.workflows;
  const ready = models?.filter(({ state }) => state === "ready");
  const damaged = models?.filter(({ state }) => state === "damaged").length ?? 0;
  const count = (kind: "detector" | "inpainter") => ready?.filter((model) => model.kind === kind).length;
  return (
    <Panel title="Installed">
      <dl className={styles["facts"]}>
        <Fact name="Detectors">{count("detector") ?? <Waiting />}</Fact>
        <Fact name="Inpainters">{count("inpainter") ?? <Waiting />}</Fact>
        <Fact name="Workflows">{workflows?.length ?? <Waiting />}</Fact>
      </dl>
      {damaged > 0 && (
        <p className={styles["note"]}>
          {damaged} models are damaged; <code>maskloom models verify</code> says which.
        </p>
      )}
    </Panel>
  );
}

const Waiting = () => <Skeleton width="1.5rem" />;
