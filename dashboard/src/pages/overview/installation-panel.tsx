import { useQuery } from "@tanstack/react-query";
import { modelsQuery, workflowsQuery } from "../../api/installation.ts";
import { Fact } from "../../components/fact.tsx";
import { Panel } from "../../components/panel.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import styles from "./installation-panel.module.css";

/** What there is to work with. */
export function InstallationPanel() {
  const { data: { models } = {}, isError: lacksModels } = useQuery(modelsQuery);
  const { data: { workflows } = {}, isError: lacksWorkflows } = useQuery(workflowsQuery);
  const ready = models?.filter(({ state }) => state === "ready");
  const damaged = models?.filter(({ state }) => state === "damaged").length ?? 0;
  const count = (kind: "detector" | "inpainter") => ready?.filter((model) => model.kind === kind).length;
  return (
    <Panel title="Installed">
      <dl className={styles["facts"]}>
        <Fact name="Detectors">{count("detector") ?? <Waiting isInVain={lacksModels} />}</Fact>
        <Fact name="Inpainters">{count("inpainter") ?? <Waiting isInVain={lacksModels} />}</Fact>
        <Fact name="Workflows">{workflows?.length ?? <Waiting isInVain={lacksWorkflows} />}</Fact>
      </dl>
      {damaged > 0 && (
        <p className={styles["note"]}>
          {damaged === 1 ? "One model is" : `${damaged} models are`} damaged;{" "}
          <code>maskloom models verify</code> says which.
        </p>
      )}
    </Panel>
  );
}

/** What is not known yet, or could not be loaded: of what is only counted here, the other panels say why. */
const Waiting = ({ isInVain }: { readonly isInVain: boolean }) =>
  isInVain ? "–" : <Skeleton width="1.5rem" />;
