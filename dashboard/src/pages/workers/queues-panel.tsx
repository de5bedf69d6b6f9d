import { useQuery } from "@tanstack/react-query";
import { queuesQuery } from "../../api/installation.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { QueueRow } from "./queue-row.tsx";
import styles from "./workers.module.css";

/** There always are some: those of this installation's own workers are listed before any of them ran. */
export function QueuesPanel() {
  const { data, error, refetch } = useQuery(queuesQuery);
  return (
    <Panel title="Queues" aside={<span className={styles["quiet"]}>rates are of the last 15 minutes</span>}>
      {error !== null && data === undefined && (
        <ErrorState error={error} title="The queues could not be loaded" onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && (
        <SkeletonRows rows={3} height="7.5rem" label="Loading the queues" />
      )}
      {data !== undefined && (
        <ul className={styles["list"]}>
          {data.queues.map((queue) => (
            <QueueRow key={queue.queue} queue={queue} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
