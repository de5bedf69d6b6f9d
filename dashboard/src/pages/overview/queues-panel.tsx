import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { QueueView } from "../../../../src/contracts/actions.ts";
import { queuesQuery } from "../../api/installation.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import styles from "./panel-list.module.css";

export function QueuesPanel() {
  const { data, error, refetch } = useQuery(queuesQuery);
  return (
    <Panel title="Queues" aside={<Link to="/workers">Queues and workers</Link>}>
      {error !== null && data === undefined && (
        <ErrorState error={error} title="The queues could not be loaded" onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && (
        <SkeletonRows rows={2} height="4rem" label="Loading the queues" />
      )}
      {data?.queues.length === 0 && <p className={styles["quiet"]}>No worker has served any yet.</p>}
      {data !== undefined && data.queues.length > 0 && (
        <ul className={styles["list"]}>
          {data.queues.filter(isOfInterest).map((queue) => (
            <li key={queue.queue}>
              <div className={styles["text"]}>
                <span>{queue.queue}</span>
                <span className={styles["note"]}>{describe(queue)}</span>
              </div>
              {queue.paused && <StatusBadge status="paused" />}
            </li>
          ))}
          <Idle queues={data.queues.filter((queue) => !isOfInterest(queue))} />
        </ul>
      )}
    </Panel>
  );
}

/** Work, or a reason why there will be none. */
function isOfInterest({ running, waiting, delayed, waitingPaused, paused, workers }: QueueView): boolean {
  return running + waiting + delayed + waitingPaused > 0 || paused || workers === 0;
}

/** All that is to be said of those that have nothing to do. */
function Idle({ queues }: { readonly queues: readonly QueueView[] }) {
  if (queues.length === 0) return null;
  const names = queues.map(({ queue }) => queue);
  return (
    <li>
      <div className={styles["text"]}>
        <span>{queues.length === 1 ? "1 queue has" : `${queues.length} queues have`} nothing to do</span>
        <span className={styles["note"]} title={names.join(", ")}>
          {names.join(", ")}
        </span>
      </div>
    </li>
  );
}

function describe({ running, waiting, workers }: QueueView): string {
  const served = workers === 0 ? "no worker" : workers === 1 ? "1 worker" : `${workers} workers`;
  return `${running} running · ${waiting} waiting · ${served}`;
}
