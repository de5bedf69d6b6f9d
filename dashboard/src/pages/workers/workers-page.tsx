import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { queuesQuery } from "../../api/installation.ts";
import { useRole } from "../../api/use-role.ts";
import { Page } from "../../components/page.tsx";
import { useRowKeys } from "../../components/use-row-keys.ts";
import { QueuesPanel } from "./queues-panel.tsx";
import styles from "./workers.module.css";
import { WorkersPanel } from "./workers-panel.tsx";

/** What waits, who works, and how long it takes. */
export function WorkersPage() {
  const isAdmin = useRole("admin");
  const place = useRef<HTMLDivElement>(null);
  const queues = useQuery(queuesQuery).data?.queues.length ?? 0;
  useRowKeys(place, queues, (row) =>
    place.current?.querySelector(`[data-row="${row}"]`)?.scrollIntoView({ block: "nearest" }),
  );
  const raw = (
    <a className={styles["raw"]} href="/queues">
      Raw queues
    </a>
  );
  return (
    <Page title="Workers" {...(isAdmin ? { actions: raw } : {})}>
      <div ref={place} className={styles["page"]}>
        <QueuesPanel />
        <WorkersPanel />
      </div>
    </Page>
  );
}
