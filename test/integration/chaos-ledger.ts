import { readConfig } from "../../src/config/config.ts";
import { openServices } from "../../src/runs/services.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";

/** What the database says about all that was done, whoever lived to see it. */
export interface Ledger {
  /** Each run by its file and how it ended. */
  readonly runs: readonly { readonly file: string; readonly status: string }[];
  /** Files of runs that ended more than once, or whose end nobody was told of. */
  readonly endedOtherThanOnce: readonly string[];
  /** Tasks by how many of their attempts count: each that succeeded must have one, and no other may have any. */
  readonly committedOtherThanOnce: readonly string[];
  /** Attempts that nobody ended. */
  readonly openAttempts: number;
  /** How the attempts ended. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Pictures' bytes by their run's file. */
  readonly results: ReadonlyMap<string, Buffer>;
}

export async function readLedger(environment: Record<string, string>): Promise<Ledger> {
  const services = await openServices(readConfig({ LOG_LEVEL: "silent", ...environment }), () => undefined);
  try {
    return await collect(services);
  } finally {
    await services.close();
  }
}

async function collect({ store, artifacts }: Awaited<ReturnType<typeof openServices>>): Promise<Ledger> {
  const { db } = store;
  const runs = await db.selectFrom("runs").select(["uuid", "file", "status", "output"]).execute();
  const tasks = await db.selectFrom("tasks").select(["uuid", "status"]).execute();
  const attempts = await db.selectFrom("attempts").select(["task_uuid", "outcome"]).execute();
  const ends = await db.selectFrom("events").select("run_uuid").where("type", "=", "run.ended").execute();
  const told = countBy(ends.map((event) => event.run_uuid ?? ""));
  const counting = attempts.filter(({ outcome }) => outcome === "succeeded" || outcome === "cached");
  const commits = countBy(counting.map((attempt) => attempt.task_uuid));
  const results = new Map<string, Buffer>();
  for (const { file, output } of runs) {
    /* Reading checks the bytes against their digest. */
    if (output !== null) results.set(file, (await artifacts.load(LOCAL_OWNER, output)).content);
  }
  return {
    runs: runs.map(({ file, status }) => ({ file, status })),
    endedOtherThanOnce: runs.filter(({ uuid }) => told[uuid] !== 1).map(({ file }) => file),
    committedOtherThanOnce: tasks
      .filter(
        ({ uuid, status }) =>
          (commits[uuid] ?? 0) !== (status === "succeeded" || status === "cached" ? 1 : 0),
      )
      .map(({ uuid }) => uuid),
    openAttempts: attempts.filter(({ outcome }) => outcome === null).length,
    outcomes: countBy(attempts.map(({ outcome }) => outcome ?? "open")),
    results,
  };
}

function countBy(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
