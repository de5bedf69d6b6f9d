import { useQuery } from "@tanstack/react-query";
import type { TaskView } from "../../../../../src/contracts/run.ts";
import { taskLogQuery } from "../../../api/task-records.ts";
import { ErrorState } from "../../../components/error-state.tsx";
import { Skeleton } from "../../../components/skeleton.tsx";
import styles from "./log-lines.module.css";
import { LogLines } from "./log-lines.tsx";

/** What workers wrote about a task, live while it is executed. */
export function TaskLog({ task }: { readonly task: Pick<TaskView, "taskUUID" | "attempts"> }) {
  const { data, error, refetch } = useQuery(taskLogQuery(task.taskUUID));
  if (data === undefined) {
    return error === null ? (
      <Skeleton width="100%" height="6rem" />
    ) : (
      <ErrorState error={error} title="The log could not be loaded" onRetry={() => void refetch()} />
    );
  }
  if (data.length > 0) return <LogLines lines={data} />;
  return (
    <p className={styles["none"]}>
      {task.attempts.length === 0
        ? "No worker has begun it."
        : "Nothing was written. Of a batch, workers write details of the first 20 runs only (MASKLOOM_RECORDED_RUNS), and of others what goes wrong."}
    </p>
  );
}
