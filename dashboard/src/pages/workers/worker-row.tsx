import { Link } from "@tanstack/react-router";
import type { WorkerView } from "../../../../src/contracts/overview.ts";
import { Badge } from "../../components/badge.tsx";
import { Duration } from "../../components/duration.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { RowHead } from "../../components/row-head.tsx";
import { formatBytes } from "../models/format-bytes.ts";
import { splitPath } from "../runs/split-path.ts";
import { workerState } from "./worker-state.ts";
import styles from "./workers.module.css";

/** A worker process: where it runs, what it may take, and what it has under way. */
export function WorkerRow({ worker }: { readonly worker: WorkerView }) {
  const { id, host, pid, version, concurrency, memoryBytes, startedAt, lastSeenAt } = worker;
  const state = workerState(worker);
  return (
    <li className={styles["worker"]} data-worker={id} data-state={state.id}>
      <RowHead
        title={host}
        badges={
          <Badge tone={state.tone} icon={state.icon} title={state.meaning}>
            {state.word}
          </Badge>
        }
        notes={[`process ${pid}${version === null ? "" : `, version ${version}`}`]}
      />
      <dl className={styles["facts"]}>
        <div>
          <dt>Serves</dt>
          <dd className={styles["serves"]}>
            {Object.entries(concurrency).map(([queue, tasks]) => (
              <span key={queue}>
                {queue} <span title={`${tasks} tasks at a time`}>× {tasks}</span>
              </span>
            ))}
          </dd>
        </div>
        <div>
          <dt>Memory</dt>
          <dd>{memoryBytes === null ? "–" : formatBytes(memoryBytes)}</dd>
        </div>
        <div>
          <dt>Runs since</dt>
          <dd>
            <RelativeTime at={startedAt} />
          </dd>
        </div>
        <div>
          <dt>Heard of</dt>
          <dd>
            <RelativeTime at={lastSeenAt} />
          </dd>
        </div>
      </dl>
      {worker.running > 0 && <Tasks worker={worker} />}
    </li>
  );
}

/** Of others' tasks only how many there are. */
function Tasks({ worker: { running, tasks } }: { readonly worker: WorkerView }) {
  const others = running - tasks.length;
  return (
    <ul className={styles["tasks"]} aria-label="Under way">
      {tasks.map(({ taskUUID, file, step, startedAt }) => (
        <li key={taskUUID} className={styles["task"]}>
          <Link to="/tasks/$uuid" params={{ uuid: taskUUID }}>
            {step}
          </Link>
          <span className={styles["file"]} title={file}>
            {splitPath(file).name}
          </span>
          <Duration from={startedAt} to={null} />
        </li>
      ))}
      {others > 0 && (
        <li className={styles["task"]}>{others === 1 ? "1 task" : `${others} tasks`} of other owners</li>
      )}
    </ul>
  );
}
