import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { RunView } from "../../../../src/contracts/run.ts";
import { classNames } from "../../components/class-names.ts";
import { serverNow } from "../../components/clock.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { Table } from "../../components/table.tsx";
import { ExportMenu } from "./bulk/export-menu.tsx";
import { SelectionBar } from "./bulk/selection-bar.tsx";
import { useBulk } from "./bulk/use-bulk.ts";
import { Loading, NoMatch, NoRuns } from "./empty-list.tsx";
import { FilterBar } from "./filters/filter-bar.tsx";
import { NewRunsPill } from "./new-runs-pill.tsx";
import { RUN_COLUMNS } from "./run-columns.tsx";
import styles from "./runs-page.module.css";
import { filterOf, filterText, isFiltered, type RunsSearch } from "./runs-search.ts";
import { NOTHING } from "./selection/selection.ts";
import { createSelectionStore, SelectionProvider } from "./selection/selection-store.ts";
import { useHeldHead } from "./use-held-head.ts";
import { useKnownValues } from "./use-known-values.ts";
import { useListKeys } from "./use-list-keys.ts";
import { useRunList } from "./use-run-list.ts";
import { ViewSwitch } from "./view-switch.tsx";
import { ViewsBar } from "./views/views-bar.tsx";
import { RunWall } from "./wall/run-wall.tsx";

const ROW_HEIGHT = 60;

export function RunsPage() {
  const search = useSearch({ from: "/shell/runs" });
  const navigate = useNavigate();
  const asked = filterText(search);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view of the same runs is the same list
  const filter = useMemo(() => filterOf(search, serverNow()), [asked]);
  const {
    runs: loaded,
    matching,
    error,
    isPending,
    isPlaceholderData,
    hasNextPage,
    isFetchingNextPage,
    ...list
  } = useRunList(filter);
  const { store, listed } = useTicks(asked);
  const bulk = useBulk(() => store.set(NOTHING));
  const runs = useMemo(() => bulk.foresee(loaded), [bulk.foresee, loaded]);
  useLayoutEffect(() => {
    listed.current = runs.map(({ runUUID }) => runUUID);
  }, [listed, runs]);
  const known = useKnownValues(runs);
  const { waiting, head } = useHeldHead(filter);
  const show = (next: RunsSearch) => void navigate({ to: "/runs", search: next, replace: true });
  const { view, ...words } = search;
  const switchView = () => show(view === "wall" ? words : { ...words, view: "wall" });
  useListKeys(runs, store, switchView);
  const isEmpty = !isPending && error === null && runs.length === 0;
  return (
    <SelectionProvider value={store}>
      <div ref={head} className={styles["head"]} aria-hidden />
      <Page
        title="Runs"
        aside={matching !== null && <span className={styles["count"]}>{matching}</span>}
        actions={
          <>
            <ViewSwitch view={view} onSwitch={switchView} />
            <ExportMenu filter={filter} isDisabled={runs.length === 0} />
          </>
        }
      >
        <ViewsBar search={search} />
        <FilterBar search={search} known={known} onChange={show} />
        {isPending && <Loading view={view} />}
        {error !== null && runs.length === 0 && (
          <ErrorState
            error={error}
            title="The runs could not be loaded"
            onRetry={() => void list.refetch()}
          />
        )}
        {runs.length > 0 && (
          <div className={classNames(styles["list"], isPlaceholderData && styles["old"])}>
            <NewRunsPill {...waiting} />
            <List view={view} runs={runs} total={hasNextPage ? null : runs.length} onEnd={list.loadMore} />
          </div>
        )}
        {isFetchingNextPage && <SkeletonRows rows={2} height={`${ROW_HEIGHT}px`} label="Loading more runs" />}
        {isEmpty && (isFiltered(search) ? <NoMatch onClear={() => show({})} /> : <NoRuns />)}
        <SelectionBar bulk={bulk} runs={runs} filter={filter} matching={matching} hasMore={hasNextPage} />
      </Page>
    </SelectionProvider>
  );
}

/** What is ticked belongs to the list that it was ticked in. */
function useTicks(asked: string) {
  const listed = useRef<readonly string[]>([]);
  const [store] = useState(() => createSelectionStore(() => listed.current));
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another list is asked for
  useEffect(() => store.set(NOTHING), [asked, store]);
  return { store, listed };
}

interface ListProps {
  readonly view: RunsSearch["view"];
  readonly runs: readonly RunView[];
  readonly total: number | null;
  readonly onEnd: () => void;
}

function List({ view, runs, total, onEnd }: ListProps) {
  const label = "Runs, newest first";
  if (view === "wall") return <RunWall label={label} runs={runs} onEnd={onEnd} />;
  return (
    <Table
      label={label}
      columns={RUN_COLUMNS}
      rows={runs}
      idOf={({ runUUID }) => runUUID}
      rowHeight={ROW_HEIGHT}
      total={total}
      onEnd={onEnd}
    />
  );
}
