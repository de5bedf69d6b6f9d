import process from "node:process";
import { BatchUUID, RunUUID } from "../../contracts/ids.ts";
import type { DecisionView } from "../../contracts/review.ts";
import { listDecisions as listStoredDecisions } from "../../store/decision-list.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { withStore } from "../keys/with-store.ts";
import { minute } from "../runs/list.ts";
import { parseUuid } from "../runs/local-actor.ts";
import { formatTable, paint, printJson, printLine, say } from "../terminal.ts";

interface ListDecisionsOptions {
  readonly batch?: string;
  readonly run?: string;
  readonly workflow?: string;
  readonly limit: number;
  readonly json?: true;
}

export async function listDecisions({ json, batch, run, ...options }: ListDecisionsOptions): Promise<void> {
  const filter = {
    ...options,
    offset: 0,
    ...(batch === undefined ? {} : { batch: parseUuid(BatchUUID, batch, "--batch") }),
    ...(run === undefined ? {} : { run: parseUuid(RunUUID, run, "--run") }),
  };
  const { decisions, total } = await withStore(({ db }) => listStoredDecisions(db, LOCAL_OWNER, filter));
  if (json) return printJson({ decisions, total });
  if (decisions.length === 0) return say("nothing was decided");
  const heading = ["review", "picture", "step", "time", "decision", "by", "at"];
  const [first = "", ...rest] = formatTable([heading, ...decisions.map(rowOf)]).split("\n");
  printLine([paint("bold", first, process.stdout), ...rest].join("\n"));
  if (total > decisions.length) say(`${total - decisions.length} more; --limit says how many are shown`);
}

function rowOf({ taskUUID, file, review, round, decision, via, key, at }: DecisionView): string[] {
  return [taskUUID, file, review, String(round), decision, key?.name ?? key?.id ?? via, minute(at)];
}
