import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { startBatch } from "../../api/batch-actions.ts";
import { workflowsQuery } from "../../api/installation.ts";
import { queryKeys } from "../../api/query-keys.ts";
import { useRole } from "../../api/use-role.ts";
import { Page } from "../../components/page.tsx";
import { showToast } from "../../components/toast-store.ts";
import { formFields, readForm } from "../../components/workflow-form/form-fields.ts";
import { type ChosenTable, tableColumns, wishOf } from "./batch-wish.ts";
import { useDryRun } from "./dry-run.ts";
import { DryRunSheet } from "./dry-run-sheet.tsx";
import styles from "./new-batch-page.module.css";
import { changeSearch, type SearchChange } from "./new-batch-search.ts";
import { PicturesSource } from "./pictures-source.tsx";
import { PlanPanel } from "./plan-panel.tsx";
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
  const { data } = useQuery(workflowsQuery);
  const names = data?.workflows.map(({ name }) => name) ?? [];
  const workflow = search.workflow ?? (names.includes("face-detail") ? "face-detail" : names[0]);
  const inputs = data?.workflows.find(({ name }) => name === workflow)?.inputs;
  const fields = useMemo(() => formFields(inputs ?? {}), [inputs]);
  const texts = search.inputs ?? {};
  const { values, faults } = readForm(fields, texts);
  const change = (next: SearchChange) =>
    void navigate({
      to: "/batches/new",
      search: changeSearch(search, next),
      replace: true,
      resetScroll: false,
    });
  const columns = table === null ? [] : tableColumns(table.text);
  const wrong = Object.entries(faults).find(([name]) => name in texts || !columns.includes(name));
  const plan =
    workflow === undefined
      ? { lacks: "Choose a workflow." }
      : wrong !== undefined
        ? { lacks: `${wrong[0]}: ${wrong[1]}` }
        : wishOf({ search, workflow, values, uploads: items, urls, table });
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
          <section aria-labelledby="what">
            <h2 id="what">What is done to them</h2>
            <WorkflowChoice
              workflow={workflow}
              fields={fields}
              texts={texts}
              onWorkflow={(name) => change({ workflow: name, inputs: undefined })}
              onTexts={(next) => change({ inputs: next })}
            />
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
