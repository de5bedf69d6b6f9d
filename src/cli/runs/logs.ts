import process from "node:process";
import { z } from "zod";
import type { RunUUID, TaskUUID } from "../../contracts/ids.ts";
import { MaskloomError } from "../../errors.ts";
import { followLog, type LogSubject } from "../../runs/follow-log.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { findRunPlace, findTaskPlace } from "../../store/run-places.ts";
import type { Store } from "../../store/store.ts";
import { listenForInterruption } from "../interruption.ts";
import { withStore } from "../keys/with-store.ts";
import { printJson, printLine } from "../terminal.ts";
import { parseUuid } from "./local-actor.ts";
import { logText } from "./log-text.ts";

interface LogsOptions {
  readonly json?: true;
  readonly follow?: true;
}

/** What workers wrote about a run or a single task; followed until it has ended, one line of JSON a line. */
export async function showLogs(name: string, { json, follow }: LogsOptions): Promise<void> {
  const uuid = parseUuid(z.uuid(), name, "run");
  const interruption = listenForInterruption(() => undefined);
  /* Without following, what there is now is all: an aborted signal ends it after that. */
  const signal = follow ? interruption.signal : AbortSignal.abort();
  try {
    await withStore(async (store) => {
      const subject = await findSubject(store, uuid);
      const lines: unknown[] = [];
      for await (const { line, step } of followLog(store, subject, signal)) {
        if (!json) printLine(logText(line, subject.task === null ? step : undefined));
        else if (follow) printLine(JSON.stringify(line));
        else lines.push(line);
      }
      if (json && !follow) printJson(lines);
    });
  } finally {
    interruption.dispose();
  }
  process.exitCode = interruption.exitCode() ?? process.exitCode;
}

/** @throws NOT_FOUND */
async function findSubject({ db }: Pick<Store, "db">, uuid: string): Promise<LogSubject> {
  const owner = LOCAL_OWNER;
  const run = uuid as RunUUID;
  if ((await findRunPlace(db, owner, run)) !== null) return { owner, run, task: null };
  const task = uuid as TaskUUID;
  const place = await findTaskPlace(db, owner, task);
  if (place !== null) return { owner, run: place.runUUID, task };
  throw new MaskloomError("NOT_FOUND", `${uuid}: expected the UUID of a run or a task; there is none`);
}
