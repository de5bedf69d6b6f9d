import type { ArtifactUUID, BatchUUID, OwnerUUID } from "../../contracts/ids.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import type { ReportHead } from "../../contracts/report.ts";
import type { RunDetail } from "../../contracts/run.ts";
import { packageVersion } from "../../package-version.ts";
import { listEndedRuns, readBatchSettings } from "../../store/batch-pictures.ts";
import { readBatch } from "../../store/batch-view.ts";
import { firstPicture } from "../../store/run-view.ts";
import { readRuns } from "../../store/views.ts";
import { notThere } from "../actions/actor.ts";
import type { Services } from "../services.ts";
import { replaceImages } from "./named-images.ts";
import type { ReportEntry } from "./report-entry.ts";
import { reportModels } from "./report-models.ts";
import { toReportRun } from "./report-run.ts";
import { ResultNames } from "./result-names.ts";

/** A file of the results: a stored picture under the name that the report calls it by. */
export interface ResultFile {
  readonly file: string;
  readonly artifact: ArtifactUUID;
  /** As it was given, byte for byte; else a result. */
  readonly isOriginal: boolean;
}

export interface BatchReportEntry extends ReportEntry {
  readonly files: readonly ResultFile[];
  readonly pictures: { readonly input: ArtifactUUID | null; readonly output: ArtifactUUID | null };
}

/** The same report that the command line writes, of any batch: of what has ended so far. */
export interface BatchReport {
  readonly head: ReportHead;
  /** Read anew each time, in the same order and with the same names. */
  entries(): AsyncGenerator<BatchReportEntry>;
}

/** Runs that are in memory at a time. */
const PAGE = 50;

/** @throws NOT_FOUND */
export async function openBatchReport(
  { store: { db }, models }: Pick<Services, "store" | "models">,
  owner: OwnerUUID,
  batchUUID: BatchUUID,
): Promise<BatchReport> {
  const [batch, settings] = [
    await readBatch(db, owner, batchUUID),
    await readBatchSettings(db, owner, batchUUID),
  ];
  if (batch === null || settings === null) throw notThere("batch", batchUUID);
  const ended = await listEndedRuns(db, owner, batchUUID);
  const pictures = Object.values(batch.runs).reduce((sum, count) => sum + count, 0) + batch.toCome;
  const head: ReportHead = {
    batchUUID,
    workflow: batch.workflow,
    workflowDigest: batch.workflowDigest,
    version: packageVersion(),
    models: await reportModels(models, settings.models),
    startedAt: batch.createdAt,
    seconds: (Date.parse(batch.endedAt ?? new Date().toISOString()) - Date.parse(batch.createdAt)) / 1000,
    pictures,
    ...(batch.stopped === null ? {} : { stopped: batch.stopped }),
    encoding: "lossless",
  };
  return {
    head,
    async *entries() {
      const names = new ResultNames();
      for (let at = 0; at < ended.length; at += PAGE) {
        const uuids = ended.slice(at, at + PAGE).map(({ uuid }) => uuid);
        for (const run of await readRuns(db, owner, uuids)) {
          /* A retry may have begun it again meanwhile. */
          if (run.endedAt !== null) yield await entryOf(run, names);
        }
      }
    },
  };
}

async function entryOf(run: RunDetail, names: ResultNames): Promise<BatchReportEntry> {
  const files: ResultFile[] = [];
  const input = firstPicture(run.inputs);
  const add = (file: string, artifact: ArtifactUUID, isOriginal = false) => {
    files.push({ file, artifact, isOriginal });
    return file;
  };
  const isChanged = run.output !== null && run.status !== "skipped";
  let output: string | null = null;
  if (isChanged && run.output !== null) output = add(names.png(run.file), run.output);
  else if (run.status === "skipped" && input !== null) output = add(names.same(run.file), input, true);
  const main = files.length;
  const outputs = isChanged
    ? await namedOutputs(run, output, (role, uuid) => add(names.png(run.file, role), uuid))
    : null;
  const further = files.slice(main).map(({ file }) => file);
  const outcome = {
    file: run.file,
    reused: run.reuses !== undefined,
    output,
    outputs,
    files: further,
    error: null,
    warnings: [],
  };
  return { run: toReportRun(run, outcome), source: null, files, pictures: { input, output: run.output } };
}

async function namedOutputs(
  { output: main, outputs }: RunDetail,
  mainFile: string | null,
  nameFile: (role: readonly string[], uuid: ArtifactUUID) => string,
): Promise<JsonObject | null> {
  if (outputs === null) return null;
  const named: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(outputs)) {
    if (value === main && mainFile !== null) named.push([name, mainFile]);
    else {
      const replaced = await replaceImages(value as JsonValue, async (uuid, place) =>
        nameFile([name, ...place], uuid),
      );
      named.push([name, replaced ?? null]);
    }
  }
  return Object.fromEntries(named);
}
