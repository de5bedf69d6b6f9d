import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { parkedQuery } from "../../../api/parked.ts";
import { providersQuery } from "../../../api/providers.ts";
import { ErrorState } from "../../../components/error-state.tsx";
import { Panel } from "../../../components/panel.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import styles from "./parked.module.css";
import { ParkedFilters } from "./parked-filters.tsx";
import { ParkedList } from "./parked-list.tsx";

/** What a budget holds, and what may have been billed without a result: people decide about it. */
export function ParkedPanel() {
  const search = useSearch({ from: "/shell/providers" });
  const { data, error, refetch } = useQuery(parkedQuery(search));
  const { data: known } = useQuery(providersQuery);
  const providers = known === undefined ? [] : [...known.providers, ...known.groups].map(({ id }) => id);
  const isFiltered = Object.keys(search).length > 0;
  const hasFilters = isFiltered || (data?.total ?? 0) > 0;
  return (
    <Panel
      title="Held and uncertain tasks"
      {...(hasFilters ? { aside: <ParkedFilters search={search} providers={providers} /> } : {})}
    >
      {error !== null && data === undefined && (
        <ErrorState error={error} title="The tasks could not be loaded" onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && (
        <SkeletonRows rows={1} height="3.5rem" label="Loading the tasks that wait" />
      )}
      {data?.total === 0 && (
        <p className={styles["none"]}>
          {isFiltered
            ? "None of these tasks waits."
            : "No task waits for money, and of none it is in doubt whether it was billed."}
        </p>
      )}
      {data !== undefined && data.total > 0 && (
        /* Another filter begins with nothing chosen. */
        <ParkedList key={JSON.stringify(search)} list={data} filter={search} />
      )}
    </Panel>
  );
}
