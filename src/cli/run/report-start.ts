import { possibleModels } from "../../engine/resolved-workflow.ts";
import { packageVersion } from "../../package-version.ts";
import { reportModels } from "../../runs/report/report-models.ts";
import type { Services } from "../../runs/services.ts";
import type { RunBatch } from "./open-run-batch.ts";
import type { RunPlan } from "./planned-run.ts";
import type { ReportStart } from "./report-file.ts";

/** What a report says of the batch before any picture is done. */
export async function reportStart(
  models: Services["models"],
  { prepared, total, sampledFrom, previous }: RunPlan,
  { batch }: RunBatch,
): Promise<ReportStart> {
  const { workflow, workflowDigest, resolved } = prepared;
  return {
    batchUUID: batch.batchUUID,
    workflow: workflow.name,
    workflowDigest,
    version: packageVersion(),
    models: await reportModels(
      models,
      Object.entries(resolved.steps).flatMap(([step, own]) =>
        possibleModels(own).map(({ provider, model, modelDigest }) => ({
          step,
          provider,
          model,
          modelDigest,
        })),
      ),
    ),
    startedAt: new Date().toISOString(),
    pictures: previous?.pictures ?? total,
    ...(sampledFrom === null ? {} : { sampledFrom }),
  };
}
