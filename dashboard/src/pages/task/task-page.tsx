import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { taskQuery } from "../../api/tasks.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { isMissing, ThingMissing } from "../not-here/thing-missing.tsx";
import { RunContent } from "../run/run-content.tsx";

/** The run that a task is of, with the task opened. */
export function TaskPage() {
  const { uuid } = useParams({ from: "/shell/tasks/$uuid" });
  const search = useSearch({ from: "/shell/tasks/$uuid" });
  const { data: task, error, refetch } = useQuery(taskQuery(uuid));
  if (task !== undefined) return <RunContent runUUID={task.runUUID} search={{ ...search, task: uuid }} />;
  return (
    <Page title="Task" crumbs={[{ title: "Runs", to: "/runs" }]}>
      {error === null && <Skeleton width="100%" height="32rem" />}
      {isMissing(error) && <ThingMissing kind="task" name={uuid} />}
      {error !== null && !isMissing(error) && (
        <ErrorState error={error} title="This task could not be loaded" onRetry={() => void refetch()} />
      )}
    </Page>
  );
}
