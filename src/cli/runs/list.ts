import process from "node:process";
import { BatchUUID } from "../../contracts/ids.ts";
import type { RunStatus } from "../../contracts/run.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { listRuns as listStoredRuns } from "../../store/run-list.ts";
import { withStore } from "../keys/with-store.ts";
import { formatTable, paint, printJson, printLine, say } from "../terminal.ts";
import { parseUuid } from "./local-actor.ts";

interface ListRunsOptions {
  readonly batch?: string;
  readonly status?: RunStatus;
  readonly limit: number;
  readonly json?: true;
}

export async function listRuns({ batch, status, limit, json }: ListRunsOptions): Promise<void> {
  const filter = {
    limit,
    ...(batch === undefined ? {} : { batch: parseUuid(BatchUUID, batch, "--batch") }),
    ...(status === undefined ? {} : { status: [status] }),
  };
  const runs = await withStore(({ db }) => listStoredRuns(db, LOCAL_OWNER, filter));
  if (json) return printJson({ runs });
  if (runs.length === 0) return say("no run");
  const rows = runs.map((run) => [
    run.runUUID,
    run.status,
    run.workflow,
    minute(run.createdAt),
    run.error === null ? run.file : `${run.file}: ${run.error.code}`,
  ]);
  const [first = "", ...rest] = formatTable([
    ["run", "status", "workflow", "begun", "picture"],
    ...rows,
  ]).split("\n");
  printLine([paint("bold", first, process.stdout), ...rest].join("\n"));
}

/** 2026-11-22 09:41 UTC */
export const minute = (time: string): string => `${time.slice(0, 16).replace("T", " ")} UTC`;
