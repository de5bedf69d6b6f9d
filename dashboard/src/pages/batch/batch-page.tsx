import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { batchQuery } from "../../api/batches.ts";
import { useRole } from "../../api/use-role.ts";
import { shownBatchStatus } from "../../components/batch-progress/batch-counts.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Notice } from "../../components/notice.tsx";
import { Page } from "../../components/page.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Uuid } from "../../components/uuid.tsx";
import { isMissing, ThingMissing } from "../not-here/thing-missing.tsx";
import { BatchActions } from "./batch-actions.tsx";
import styles from "./batch-page.module.css";
import { BudgetPanel } from "./budget-panel.tsx";
import { FailuresPanel } from "./failures-panel.tsx";
import { PicturesPanel } from "./pictures-panel.tsx";
import { ProgressPanel } from "./progress-panel.tsx";
import { SettingsPanel } from "./settings-panel.tsx";

const CRUMBS = [{ title: "Batches", to: "/batches" }];

/** A batch: how far it is, what failed and why, and its pictures. */
export function BatchPage() {
  const { uuid } = useParams({ from: "/shell/batches/$uuid" });
  const search = useSearch({ from: "/shell/batches/$uuid" });
  const { data: batch, error, refetch } = useQuery(batchQuery(uuid));
  const canChange = useRole("operator");
  if (batch === undefined) {
    return (
      <Page title="Batch" crumbs={CRUMBS}>
        {error === null && <SkeletonRows rows={5} height="5rem" label="Loading the batch" />}
        {isMissing(error) && <ThingMissing kind="batch" name={uuid} />}
        {error !== null && !isMissing(error) && (
          <ErrorState error={error} title="The batch could not be loaded" onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={batch.workflow}
      crumbs={CRUMBS}
      aside={
        <span className={styles["aside"]}>
          <StatusBadge status={shownBatchStatus(batch)} />
          <Uuid value={batch.batchUUID} kind="batch" />
        </span>
      }
      actions={<BatchActions batch={batch} canChange={canChange} />}
    >
      <ProgressPanel batch={batch} search={search} />
      {batch.feed?.error !== undefined && batch.feed.error !== null && (
        <Notice isAlert>Not every picture could be taken in: {batch.feed.error.message}</Notice>
      )}
      {batch.stopped !== null && (
        <Notice isAlert>
          Paused because {batch.maxFailures === 1 ? "a picture" : `${batch.maxFailures} pictures`} failed.
          Resumed, it goes on until as many more have.
        </Notice>
      )}
      <BudgetPanel batch={batch} canChange={canChange} />
      {batch.failures.length > 0 && <FailuresPanel batch={batch} search={search} />}
      <SettingsPanel batch={batch} />
      <PicturesPanel batch={batch} search={search} />
    </Page>
  );
}
