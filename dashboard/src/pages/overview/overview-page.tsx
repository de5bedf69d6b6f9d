import { Page } from "../../components/page.tsx";
import { usePageRowKeys } from "../../components/use-row-keys.ts";
import { BatchesPanel } from "./batches-panel.tsx";
import { FailedPanel } from "./failed-panel.tsx";
import { FiguresPanel } from "./figures-panel.tsx";
import { HeldPanel } from "./held-panel.tsx";
import { InstallationPanel } from "./installation-panel.tsx";
import styles from "./overview-page.module.css";
import { QueuesPanel } from "./queues-panel.tsx";
import { ResultsPanel } from "./results-panel.tsx";
import { RunningPanel } from "./running-panel.tsx";

/** What runs, what came out, and what needs somebody. */
export function OverviewPage() {
  usePageRowKeys();
  return (
    <Page title="Overview">
      <FiguresPanel />
      <div className={styles["columns"]}>
        <div className={styles["column"]}>
          <ResultsPanel />
          <RunningPanel />
          <HeldPanel />
          <FailedPanel />
        </div>
        <div className={styles["column"]}>
          <QueuesPanel />
          <BatchesPanel />
          <InstallationPanel />
        </div>
      </div>
    </Page>
  );
}
