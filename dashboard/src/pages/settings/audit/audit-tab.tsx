import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { ScrollText, SearchX } from "lucide-react";
import { useMemo } from "react";
import { type AuditFilter, auditQuery } from "../../../api/settings.ts";
import { EmptyState } from "../../../components/empty-state.tsx";
import { ErrorState } from "../../../components/error-state.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { Table } from "../../../components/table.tsx";
import styles from "./audit.module.css";
import { AUDIT_COLUMNS, OWNER_COLUMN } from "./audit-columns.tsx";
import { AuditFilters } from "./audit-filters.tsx";

const ROW_HEIGHT = 44;

/** Who did what, from the newest on. */
export function AuditTab() {
  const { actor, action, target, scope } = useSearch({ from: "/shell/settings" });
  const filter: AuditFilter = {
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action }),
    ...(target === undefined ? {} : { target }),
    ...(scope === undefined ? {} : { scope }),
  };
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useInfiniteQuery(auditQuery(filter));
  const entries = useMemo(() => data?.pages.flatMap((page) => page.entries) ?? [], [data]);
  const columns = useMemo(
    () => (scope === "all" ? [...AUDIT_COLUMNS, OWNER_COLUMN] : AUDIT_COLUMNS),
    [scope],
  );
  const isFiltered = actor !== undefined || action !== undefined || target !== undefined;
  return (
    <div className={styles["tab"]}>
      <AuditFilters actions={data?.pages[0]?.actions ?? []} />
      {isPending && <SkeletonRows rows={10} height={`${ROW_HEIGHT}px`} label="Loading the audit" />}
      {error !== null && entries.length === 0 && (
        <ErrorState error={error} title="The audit could not be loaded" onRetry={() => void refetch()} />
      )}
      {entries.length > 0 && (
        <Table
          label="Who did what, newest first"
          columns={columns}
          rows={entries}
          idOf={({ id }) => id}
          rowHeight={ROW_HEIGHT}
          total={hasNextPage ? null : entries.length}
          onEnd={() => {
            if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
          }}
        />
      )}
      {data !== undefined && entries.length === 0 && (isFiltered ? <NoMatch /> : <NothingDone />)}
    </div>
  );
}

function NoMatch() {
  return (
    <EmptyState icon={SearchX} title="No entry is like that">
      <p>Take a filter away, or look for something else.</p>
    </EmptyState>
  );
}

function NothingDone() {
  return (
    <EmptyState icon={ScrollText} title="Nothing was done yet">
      <p>
        Cancelling, retrying, pausing, reviews, keys: whoever does such a thing is written down here, for
        good. Starting a run and looking at things are not.
      </p>
    </EmptyState>
  );
}
