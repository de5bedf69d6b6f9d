import { Page } from "../../components/page.tsx";
import { ControlsPanel } from "./controls-panel.tsx";
import styles from "./gallery-page.module.css";
import { MessagesPanel } from "./messages-panel.tsx";
import { StatusPanel } from "./status-panel.tsx";
import { ValuesPanel } from "./values-panel.tsx";

/** Every component in every state, for whoever builds pages of them and for the tests that look at them. */
export function GalleryPage() {
  return (
    <Page title="Gallery" crumbs={[{ title: "Overview", to: "/" }]}>
      <div className={styles["panels"]}>
        <StatusPanel />
        <ValuesPanel />
        <ControlsPanel />
        <MessagesPanel />
      </div>
    </Page>
  );
}
