import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { startBatch } from "../../api/batch-actions.ts";
import { queryKeys } from "../../api/query-keys.ts";
import { useRole } from "../../api/use-role.ts";
import { Page } from "../../components/page.tsx";
import { showToast } from "../../components/toast-store.ts";
import type { ChosenTable } from "./batch-wish.ts";
import { useDryRun } from "./dry-run.ts";
import { DryRunSheet } from "./dry-run-sheet.tsx";
import { MaskField } from "./mask-field.tsx";
import styles from "./new-batch-page.module.css";
import { changeSearch, type SearchChange } from "./new-batch-search.ts";
import { PicturesSource } from "./pictures-source.tsx";
import { PlanPanel } from "./plan-panel.tsx";
import type { UploadItem } from "./upload-store.ts";
import { useBatchForm } from "./use-batch-form.ts";
import { useUploads } from "./use-uploads.ts";
import { WorkflowChoice } from "./workflow-choice.tsx";

const CRUMBS = [{ title: "Batches", to: "/batches" }];

/** Begins a batch: pictures, workflow, its form; and before it begins, a dry run and what it comes to. */
export function NewBatchPage() {
  const search = useSearch({ from: "/shell/batches/new" });
  const navigate = useNavigate();
  const canStart = useRole("operator");
  const { uploads, items } = useUploads();
  const [urls, setUrls] = useState("");
  const [table, setTable] = useState<ChosenTable | null>(null);
  const { dryRun, start: startDryRun } = useDryRun();
  const { mutate, isPending } = useStart();
  const form = useBatchForm(search, { uploads: items, urls, table });
  const { workflow, plan } = form;
  const change = (next: SearchChange) =>
    void navigate({
      to: "/batches/new",
      search: changeSearch(search, next),
      replace: true,
      resetScroll: false,
    });
  return (
    <Page title="New batch" crumbs={CRUMBS}>
      <div className={styles["columns"]}>
        <div className={styles["parts"]}>
          <section aria-labelledby="source">
            <h2 id="source">Pictures</h2>
            <PicturesSource
              {...{ search, uploads, items, urls, table }}
              onSearch={change}
              onUrls={setUrls}
              onTable={setTable}
            />
          </section>
          <section aria-labelledby="what" className={styles["what"]}>
            <h2 id="what">What is done to them</h2>
            <WorkflowChoice
              workflow={workflow}
              fields={form.fields}
              texts={form.texts}
              onWorkflow={(name) => change({ workflow: name, inputs: undefined })}
              onTexts={(next) => change({ inputs: next })}
            />
            {form.maskFields.map(({ name, help, preset }) => (
              <MaskField
                key={`${workflow} ${name}`}
                {...{ name, help }}
                source={search.source ?? "upload"}
                isNeeded={preset === undefined}
                pictures={usable(items)}
                onChange={(given) => form.setMasks(name, given)}
              />
            ))}
          </section>
        </div>
        <PlanPanel
          plan={plan}
          sample={search.sample}
          canStart={canStart}
          isStarting={isPending}
          onSample={(sample) => change({ sample })}
          onDryRun={startDryRun}
          onStart={mutate}
        />
      </div>
      {dryRun !== null && (
        <DryRunSheet
          dryRun={dryRun}
          isStale={!("wish" in plan) || JSON.stringify(plan.wish) !== JSON.stringify(dryRun.wish)}
        />
      )}
    </Page>
  );
}

/** Names of those that the batch will have. */
const usable = (items: readonly UploadItem[]) =>
  items.flatMap(({ name, state }) => (state.kind === "failed" ? [] : [name]));

function useStart() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: startBatch,
    onSuccess: async (batch) => {
      client.setQueryData(queryKeys.batch(batch.batchUUID), batch);
      await client.invalidateQueries({ queryKey: queryKeys.batchLists });
      await navigate({ to: "/batches/$uuid", params: { uuid: batch.batchUUID } });
    },
    onError: (error) => showToast({ tone: "bad", text: `The batch did not begin: ${error.message}` }),
  });
}
