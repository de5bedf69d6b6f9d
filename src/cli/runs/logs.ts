import { z } from "zod";
import type { RunUUID, TaskUUID } from "../../contracts/ids.ts";
import type { LogLine } from "../../contracts/task-records.ts";
import { MaskloomError } from "../../errors.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import type { Store } from "../../store/store.ts";
import { readRunLog, readTaskLog } from "../../store/task-logs.ts";
import { readRuns } from "../../store/views.ts";
import { withStore } from "../keys/with-store.ts";
import { printJson, printLine } from "../terminal.ts";
import { parseUuid } from "./local-actor.ts";
import { logText } from "./log-text.ts";

const LINES_AT_ONCE = 1_000;

/** What workers wrote about a run or a single task. */
export async function showLogs(name: string, { json }: { readonly json?: true }): Promise<void> {
  const uuid = parseUuid(z.uuid(), name, "run");
  const { lines, steps } = await withStore((store) => readLines(store, uuid));
  if (json) return printJson(lines);
  for (const line of lines) printLine(logText(line, steps.get(line.taskUUID)));
}

interface Lines {
  readonly lines: readonly LogLine[];
  /** Which step a task is of; of a task that was named alone it need not be said. */
  readonly steps: ReadonlyMap<string, string>;
}

async function readLines({ db }: Pick<Store, "db">, uuid: string): Promise<Lines> {
  const run = uuid as RunUUID;
  const [known] = await readRuns(db, LOCAL_OWNER, [run]);
  const steps = new Map(known?.tasks.map(({ taskUUID, step }) => [taskUUID as string, step] as const));
  const read = (after: number) => {
    const query = { after, limit: LINES_AT_ONCE };
    return known === undefined
      ? readTaskLog(db, LOCAL_OWNER, uuid as TaskUUID, query)
      : readRunLog(db, LOCAL_OWNER, run, query);
  };
  const lines: LogLine[] = [];
  for (;;) {
    const more = await read(lines.at(-1)?.id ?? 0);
    if (more === null) {
      throw new MaskloomError("NOT_FOUND", `${uuid}: expected the UUID of a run or a task; there is none`);
    }
    lines.push(...more);
    if (more.length < LINES_AT_ONCE) return { lines, steps };
  }
}
