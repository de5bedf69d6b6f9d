import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { ServerOff } from "lucide-react";
import { workersQuery } from "../../api/workers.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { WorkerRow } from "./worker-row.tsx";
import styles from "./workers.module.css";

export function WorkersPanel() {
  const { queue } = useSearch({ from: "/shell/workers" });
  const { data, error, refetch } = useQuery(workersQuery);
  const workers = data?.workers.filter(({ queues }) => queue === undefined || queues.includes(queue));
  return (
    <Panel
      title={queue === undefined ? "Workers" : `Workers that serve ${queue}`}
      aside={queue !== undefined && <ShowAll />}
    >
      {error !== null && data === undefined && (
        <ErrorState error={error} title="The workers could not be loaded" onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && (
        <SkeletonRows rows={2} height="5rem" label="Loading the workers" />
      )}
      {workers?.length === 0 && <NoWorker queue={queue} />}
      {workers !== undefined && workers.length > 0 && (
        <ul className={styles["list"]}>
          {workers.map((worker) => (
            <WorkerRow key={worker.id} worker={worker} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function ShowAll() {
  return (
    <Link to="/workers" search={{}} resetScroll={false}>
      All workers
    </Link>
  );
}

function NoWorker({ queue }: { readonly queue: string | undefined }) {
  return (
    <EmptyState
      icon={ServerOff}
      title={queue === undefined ? "No worker is there" : `No worker serves ${queue}`}
    >
      <p>
        What is started waits until there is one. <code>maskloom up</code> starts one beside the server; other
        machines bring more as soon as they share its database.
      </p>
    </EmptyState>
  );
}
