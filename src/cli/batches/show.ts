import type { BatchView } from "../../contracts/api.ts";
import { BatchUUID } from "../../contracts/ids.ts";
import { notThere } from "../../runs/actions/actor.ts";
import { readBatch } from "../../store/batch-view.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { withStore } from "../keys/with-store.ts";
import { minute } from "../runs/list.ts";
import { parseUuid } from "../runs/local-actor.ts";
import { formatTable, printJson, printLine } from "../terminal.ts";
import { countsOf } from "./list.ts";

export async function showBatch(name: string, { json }: { readonly json?: true }): Promise<void> {
  const batchUUID = parseUuid(BatchUUID, name, "batch");
  const batch = await withStore(({ db }) => readBatch(db, LOCAL_OWNER, batchUUID));
  if (batch === null) throw notThere("batch", batchUUID);
  if (json) return printJson(batch);
  printLine(formatTable(factsOf(batch)));
  if (batch.failures.length === 0) return;
  printLine("");
  const rows = batch.failures.map(({ code, runs, example }) => [code, String(runs), example]);
  printLine(formatTable([["failure", "runs", "such as"], ...rows]));
}

function factsOf(batch: BatchView): string[][] {
  const { feed, perMinute, secondsLeft } = batch;
  return [
    ["workflow", batch.workflow],
    ["status", batch.stopped === null ? batch.status : `${batch.status}: ${batch.maxFailures} failed`],
    ["priority", String(batch.priority)],
    ["begun", minute(batch.createdAt)],
    ["runs", `${countsOf(batch)}${batch.complete ? "" : ", and more to come"}`],
    ...(batch.reused === 0 ? [] : [["done before", String(batch.reused)]]),
    ...(perMinute === null ? [] : [["a minute", String(perMinute)]]),
    ...(secondsLeft === null ? [] : [["minutes left", String(Math.ceil(secondsLeft / 60))]]),
    ...(feed?.folder == null ? [] : [["folder", feed.folder]]),
    ...(feed?.error == null ? [] : [["error", `${feed.error.code}: ${feed.error.message}`]]),
  ];
}
