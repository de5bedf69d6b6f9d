import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ComparedFile } from "../../../../../src/contracts/compare.ts";
import { comparedBatchesQuery } from "../../../api/compare.ts";
import { runQuery } from "../../../api/runs.ts";
import { ErrorState } from "../../../components/error-state.tsx";
import { Panel } from "../../../components/panel.tsx";
import { Select } from "../../../components/select.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { Table } from "../../../components/table.tsx";
import { type CompareSort, SORTS } from "../compare-search.ts";
import { nameOf, settingsThatDiffer } from "../settings-differences.ts";
import { type ComparedRow, TwoColumns } from "../two-columns.tsx";
import styles from "./batches-compared.module.css";
import { fileColumns } from "./file-columns.tsx";

interface BatchesComparedProps {
  readonly left: string;
  readonly right: string;
  readonly sort: CompareSort;
  readonly onSort: (sort: CompareSort) => void;
}

const ROW_HEIGHT = 84;

/** The files of two batches by name, what came of each, and which settings made the difference. */
export function BatchesCompared({ left, right, sort, onSort }: BatchesComparedProps) {
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(comparedBatchesQuery({ left, right, sort }));
  const [first] = data?.pages ?? [];
  const files = useMemo(() => withoutDoubles(data?.pages.flatMap((page) => page.files) ?? []), [data]);
  const columns = useMemo(() => fileColumns(sort), [sort]);
  if (isPending) return <SkeletonRows rows={6} height={`${ROW_HEIGHT}px`} label="Loading the files" />;
  if (first === undefined) {
    return (
      <ErrorState error={error} title="The batches could not be compared" onRetry={() => void refetch()} />
    );
  }
  const { total, matched, same } = first;
  return (
    <div className={styles["compared"]}>
      <div className={styles["figures"]}>
        <p>
          <strong>{matched.toLocaleString("en")}</strong> of {total.toLocaleString("en")} files are in both;{" "}
          <strong>{same.toLocaleString("en")}</strong> came out the same, byte by byte.
        </p>
        <Select
          aria-label="Order"
          value={sort}
          options={SORTS}
          onChoose={(value) => onSort(SORTS.find((one) => one.value === value)?.value ?? "seam")}
        />
      </div>
      <Table
        label="Files of both batches"
        columns={columns}
        rows={files}
        idOf={({ file }) => file}
        rowHeight={ROW_HEIGHT}
        total={total}
        onEnd={() => {
          if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
        }}
      />
      <BatchSettings files={files} />
    </div>
  );
}

/** All pictures of a batch have the same settings but for what rules say: those of one stand for all. */
function BatchSettings({ files }: { readonly files: readonly ComparedFile[] }) {
  const pair = files.find(({ left, right }) => left !== null && right !== null);
  const [left, right] = [pair?.left?.runUUID ?? "", pair?.right?.runUUID ?? ""];
  const isThere = pair !== undefined;
  const { data: one } = useQuery({ ...runQuery(left), enabled: isThere });
  const { data: other } = useQuery({ ...runQuery(right), enabled: isThere });
  if (one === undefined || other === undefined || pair === undefined) return null;
  const rows = settingsThatDiffer(one, other).map(
    ({ step, name, ...values }): ComparedRow => ({
      name: nameOf(step, name),
      ...values,
    }),
  );
  return (
    <Panel title={`Settings that differ, at ${pair.file}`}>
      <TwoColumns rows={rows} emptyText="Both were made with the same settings." />
    </Panel>
  );
}

/** Pages overlap where a batch went on while they were read. */
function withoutDoubles(files: readonly ComparedFile[]): readonly ComparedFile[] {
  return [...new Map(files.map((file) => [file.file, file])).values()];
}
