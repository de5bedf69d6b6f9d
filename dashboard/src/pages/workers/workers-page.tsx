import { useRole } from "../../api/use-role.ts";
import { Page } from "../../components/page.tsx";
import { usePageRowKeys } from "../../components/use-row-keys.ts";
import { QueuesPanel } from "./queues-panel.tsx";
import styles from "./workers.module.css";
import { WorkersPanel } from "./workers-panel.tsx";

/** What waits, who works, and how long it takes. */
export function WorkersPage() {
  const isAdmin = useRole("admin");
  usePageRowKeys();
  const raw = (
    <a className={styles["raw"]} href="/queues">
      Raw queues
    </a>
  );
  return (
    <Page title="Workers" {...(isAdmin ? { actions: raw } : {})}>
      <div className={styles["page"]}>
        <QueuesPanel />
        <WorkersPanel />
      </div>
    </Page>
  );
}
