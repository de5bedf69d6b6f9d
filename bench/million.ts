import { performance } from "node:perf_hooks";
import { sql } from "kysely";
import { readConfig } from "../src/config/config.ts";
import { RunFilter } from "../src/contracts/run-list.ts";
import { openServices } from "../src/runs/services.ts";
import { findStaleDeliveries, takeReady } from "../src/store/deliveries.ts";
import { currentCursor, readEvents } from "../src/store/events.ts";
import { forgetEvents } from "../src/store/forget-events.ts";
import { readOverview } from "../src/store/overview.ts";
import { LOCAL_OWNER } from "../src/store/owners.ts";
import { listQueues } from "../src/store/queue-list.ts";
import { countRunList, listRuns } from "../src/store/run-list.ts";
import type { Store } from "../src/store/store.ts";
import { sweepAbandoned, sweepExpiredLeases } from "../src/store/sweep.ts";
import { readRuns } from "../src/store/views.ts";
import { seedRuns } from "../test/integration/seed-runs.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { printTable } from "./table.ts";

/** Two tasks each. */
const RUNS = Number(process.env["BENCH_RUNS"] ?? 500_000);
const ROUNDS = 40;
const GOAL_MS = 100;

type Ask = (db: Store["db"], store: Store) => Promise<unknown>;

const list =
  (filter: object): Ask =>
  (db) =>
    listRuns(db, LOCAL_OWNER, { ...RunFilter.parse(filter), limit: 50 });

const QUESTIONS: readonly (readonly [what: string, ask: Ask])[] = [
  ["list: the newest", list({})],
  ["list: failed", list({ status: "failed" })],
  ["search: a part of a name that one has", list({ q: "0012345" })],
  ["search: a part of a name that none has", list({ q: "nobody" })],
  ["search: a rare model", list({ model: "hand-landmarks" })],
  ["search: a tag", list({ tag: "keep" })],
  ["dashboard: overview", (db) => readOverview(db, LOCAL_OWNER, null)],
  [
    "dashboard: how many have failed",
    (db) => countRunList(db, LOCAL_OWNER, RunFilter.parse({ status: "failed" })),
  ],
  ["dashboard: queues", (db) => listQueues(db)],
  [
    "dashboard: a run with its tasks",
    async (db) => {
      const [run] = await listRuns(db, LOCAL_OWNER, { ...RunFilter.parse({}), limit: 1 });
      return run === undefined ? null : readRuns(db, LOCAL_OWNER, [run.runUUID]);
    },
  ],
  ["live: new events", async (db) => readEvents(db, await currentCursor(db), {}, 500)],
  ["dispatcher: hands out, 200 tasks wait", (db) => takeReady(db, 8, 5_000)],
  ["sweeper: deliveries", (db) => findStaleDeliveries(db, 0, 500)],
  ["sweeper: leases", (db, store) => sweepExpiredLeases(db, store.decideFor)],
  ["sweeper: what nobody begins", (db) => sweepAbandoned(db)],
  ["retention: 1,000 old events", (db) => forgetEvents(db, { keepMs: 1e8, most: 1_000 })],
];

/** A million tasks that are stored, an event for each: what people and the engine ask stays within its limit. */
export async function benchMillion(): Promise<void> {
  const home = await makeTemporaryHome();
  const config = readConfig({ MASKLOOM_HOME: home, LOG_LEVEL: "silent", DATABASE_STATEMENT_TIMEOUT: "0" });
  const services = await openServices(config, () => undefined);
  const { store } = services;
  const begun = performance.now();
  await seedRuns(store.db, RUNS);
  await sql`insert into events (type, owner_uuid, batch_uuid, run_uuid, task_uuid, at)
    select 'task.ended', owner_uuid, batch_uuid, run_uuid, uuid, ended_at from tasks`.execute(store.db);
  await sql`update tasks set status = 'queued', ended_at = null
    where seq in (select seq from tasks order by seq desc limit 200)`.execute(store.db);
  await sql`vacuum analyze`.execute(store.db);
  process.stdout.write(
    `\nseeded ${(RUNS * 2).toLocaleString("en")} tasks in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`,
  );
  const rows = [];
  for (const [what, ask] of QUESTIONS) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now();
      await ask(store.db, store);
      times.push(performance.now() - start);
    }
    const [p50, p95] = [at(times, 0.5), at(times, 0.95)];
    rows.push({
      what,
      ours: `p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)} ms`,
      against: `goal ${GOAL_MS} ms`,
      verdict: p95 <= GOAL_MS,
    });
  }
  printTable(`${(RUNS * 2).toLocaleString("en")} tasks stored`, rows);
  await services.close();
  await removeTemporaryHome(home);
}

function at(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
