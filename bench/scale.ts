import { sql } from "kysely";
import { readConfig } from "../src/config/config.ts";
import { createLogger } from "../src/logging/log.ts";
import { openServices, type Services } from "../src/runs/services.ts";
import { startServer } from "../src/server/start-server.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { runBatch, startNoOpEngine } from "./engine/no-op-runs.ts";
import { ms, percentile, printTable, type Row } from "./table.ts";

/* What a large installation's history costs: 20,000 runs of two steps that do nothing. */

/** `BENCH_RUNS=1000` for a short look. */
const RUNS = Number(process.env["BENCH_RUNS"] ?? 20_000);
const GOAL = { overheadMs: 15, listMs: 100 };
const REQUESTS = 100;
/** Of the tables, those that take most. */
const TABLES_SHOWN = 6;

export async function benchScale(): Promise<void> {
  const home = await makeTemporaryHome();
  const services = await openServices(readConfig({ MASKLOOM_HOME: home, LOG_LEVEL: "silent" }), (error) => {
    throw error;
  });
  try {
    const engine = await startNoOpEngine(services);
    const before = await sizes(services);
    const { batchUUID, seconds } = await runBatch(services, RUNS);
    await engine.stop();
    const after = await sizes(services);
    printTable(`${RUNS} no-op runs of two steps on embedded PostgreSQL`, [
      {
        what: "engine per run, all at once",
        ours: ms((1000 * seconds) / RUNS),
        against: `<= ${GOAL.overheadMs} ms`,
        verdict: (1000 * seconds) / RUNS <= GOAL.overheadMs,
      },
      ...sizeRows(before, after),
      ...(await answerRows(services, batchUUID)),
    ]);
  } finally {
    await services.close();
    await removeTemporaryHome(home);
  }
}

type Sizes = ReadonlyMap<string, number>;

/** Bytes of each table with its indexes. */
async function sizes({ store }: Services): Promise<Sizes> {
  const { rows } = await sql<{ name: string; bytes: string }>`
    select relname as name, pg_total_relation_size(relid) as bytes from pg_stat_user_tables`.execute(
    store.db,
  );
  return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
}

function sizeRows(before: Sizes, after: Sizes): Row[] {
  const grown = [...after]
    .map(([name, bytes]) => ({ name, perRun: (bytes - (before.get(name) ?? 0)) / RUNS }))
    .sort((a, b) => b.perRun - a.perRun);
  const all = grown.reduce((sum, { perRun }) => sum + perRun, 0);
  return [
    { what: "database per run, with indexes", ours: kilobytes(all), against: "" },
    ...grown
      .slice(0, TABLES_SHOWN)
      .map(({ name, perRun }) => ({ what: `of that, ${name}`, ours: kilobytes(perRun), against: "" })),
  ];
}

/** As a client has them, over HTTP. */
async function answerRows(services: Services, batchUUID: string): Promise<Row[]> {
  const log = createLogger("silent");
  const server = await startServer(services, { host: "127.0.0.1", port: 0, log, dashboardFolder: null });
  const { uuid: runUUID } = await services.store.db
    .selectFrom("runs")
    .select("uuid")
    .limit(1)
    .executeTakeFirstOrThrow();
  const { uuid: middle } = await services.store.db
    .selectFrom("runs")
    .select("uuid")
    .orderBy("created_at")
    .offset(RUNS / 2)
    .limit(1)
    .executeTakeFirstOrThrow();
  const asked: Readonly<Record<string, string>> = {
    "list of runs, first page": "runs?limit=50",
    "list, those that succeeded": "runs?limit=50&status=succeeded",
    "list, those that failed, of which there are none": "runs?limit=50&status=failed",
    "list, one workflow's": "runs?limit=50&workflow=two-steps",
    "list, one batch's that succeeded": `runs?limit=50&status=succeeded&batch=${batchUUID}`,
    "list, a page from the middle": `runs?limit=50&before=${middle}`,
    "list, one model's": "runs?limit=50&model=some-detector",
    "list, found by a part of the name": "runs?limit=50&q=a.p",
    "list, found by what no run has": "runs?limit=50&q=nowhere",
    "list, those that took a minute or more": "runs?limit=50&durationMin=60",
    "list of batches": "batches?limit=50",
    "one batch": `batches/${batchUUID}`,
    "one run with its tasks": `runs/${runUUID}`,
  };
  try {
    const rows: Row[] = [];
    for (const [what, path] of Object.entries(asked)) {
      const p95 = percentile(await timesOf(`${server.url}/api/${path}`), 0.95);
      rows.push({
        what: `${what}, p95`,
        ours: ms(p95),
        against: `<= ${GOAL.listMs} ms`,
        verdict: p95 <= GOAL.listMs,
      });
    }
    return rows;
  } finally {
    await server.close();
  }
}

async function timesOf(url: string): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < REQUESTS; at += 1) {
    const start = performance.now();
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
    times.push(performance.now() - start);
  }
  return times;
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(2)} kB`;
