import { RunUUID } from "../../contracts/ids.ts";
import type { TaskView } from "../../contracts/run.ts";
import { notThere } from "../../runs/actions/actor.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { readRuns } from "../../store/views.ts";
import { withStore } from "../keys/with-store.ts";
import { formatTable, printJson, printLine } from "../terminal.ts";
import { parseUuid } from "./local-actor.ts";

export async function showRun(name: string, { json }: { readonly json?: true }): Promise<void> {
  const runUUID = parseUuid(RunUUID, name, "run");
  const [run] = await withStore(({ db }) => readRuns(db, LOCAL_OWNER, [runUUID]));
  if (run === undefined) throw notThere("run", runUUID);
  if (json) return printJson(run);
  const facts = [
    ["picture", run.file],
    ["workflow", run.workflow],
    ["status", run.status],
    ["batch", run.batchUUID],
    ...(run.derivedFrom === null ? [] : [["made of", run.derivedFrom]]),
    ...(run.reuses === undefined ? [] : [["done before", run.reuses]]),
    ...(run.follows === undefined ? [] : [["waits for", `${run.follows}, the same work`]]),
    ...(run.error === null ? [] : [["error", `${run.error.code}: ${run.error.message}`]]),
  ];
  printLine(formatTable(facts));
  printLine("");
  printLine(formatTable([["task", "step", "status", "model", "seed", "tries"], ...run.tasks.map(rowOf)]));
}

function rowOf({ taskUUID, step, element, status, model, seed, attempts, error }: TaskView): string[] {
  const name = element === null ? step : `${step} ${element}`;
  const how = error === null ? status : `${status} (${error.code})`;
  return [taskUUID, name, how, model ?? "", String(seed ?? ""), String(attempts.length)];
}
