import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { ApiError } from "../../api/api-error.ts";
import { foundQuery } from "../../api/compare.ts";
import { taskQuery } from "../../api/tasks.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { RunContent } from "../run/run-content.tsx";

/** The run that a task is of, with the task opened; for what is no task, the page of what it is. */
export function TaskPage() {
  const { uuid } = useParams({ from: "/shell/tasks/$uuid" });
  const search = useSearch({ from: "/shell/tasks/$uuid" });
  const { data: task, error, refetch } = useQuery(taskQuery(uuid));
  /* Whoever followed a link may have called something else a task. */
  const isNone = error instanceof ApiError && error.status === 404;
  const { data: found, isPending: isLooking } = useQuery({ ...foundQuery(uuid), enabled: isNone });
  const page = found?.kind === "task" ? undefined : found?.page;
  const navigate = useNavigate();
  useEffect(() => {
    if (page !== undefined) void navigate({ href: page, replace: true });
  }, [page, navigate]);
  if (task !== undefined) return <RunContent runUUID={task.runUUID} search={{ ...search, task: uuid }} />;
  return (
    <Page title="Task" crumbs={[{ title: "Runs", to: "/runs" }]}>
      {error === null || (isNone && (isLooking || page !== undefined)) ? (
        <Skeleton width="100%" height="32rem" />
      ) : (
        <ErrorState error={error} title="This task could not be loaded" onRetry={() => void refetch()} />
      )}
    </Page>
  );
}
