import { useQuery } from "@tanstack/react-query";
import { useLocation, useParams } from "@tanstack/react-router";
import { Braces } from "lucide-react";
import { batchQuery } from "../../api/batches.ts";
import { runQuery } from "../../api/runs.ts";
import { taskQuery } from "../../api/tasks.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import type { AnyStatus } from "../../components/status-look.ts";
import { Uuid } from "../../components/uuid.tsx";

const KINDS = {
  runs: { kind: "run", query: runQuery },
  tasks: { kind: "task", query: taskQuery },
  batches: { kind: "batch", query: batchQuery },
} as const;

/** For what exists but has no page yet: what it is, how it stands, and where all of it can be read. */
export function NotHerePage() {
  const { uuid = "" } = useParams({ strict: false });
  const collection = useLocation().pathname.split("/")[1] as keyof typeof KINDS;
  const { kind, query } = KINDS[collection];
  const options = query(uuid) as { queryKey: readonly unknown[]; queryFn?: unknown };
  const { data, error, refetch } = useQuery(options as ReturnType<typeof runQuery>);
  const status = data?.status as AnyStatus | undefined;
  return (
    <Page title={`This ${kind}`} aside={status === undefined ? undefined : <StatusBadge status={status} />}>
      {error !== null ? (
        <ErrorState error={error} title={`This ${kind} could not be loaded`} onRetry={() => void refetch()} />
      ) : (
        <EmptyState
          icon={Braces}
          title={`This version has no page for a ${kind}`}
          actions={<a href={`/api/${collection}/${uuid}`}>All of it as JSON</a>}
        >
          <p>{data === undefined ? <Skeleton width="12rem" /> : <Uuid value={uuid} kind={kind} isWhole />}</p>
        </EmptyState>
      )}
    </Page>
  );
}
