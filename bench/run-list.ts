import { performance } from "node:perf_hooks";
import { readConfig } from "../src/config/config.ts";
import { RunFilter } from "../src/contracts/run-list.ts";
import { openServices } from "../src/runs/services.ts";
import { LOCAL_OWNER } from "../src/store/owners.ts";
import { countRunList, listRuns } from "../src/store/run-list.ts";
import { seedRuns } from "../test/integration/seed-runs.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { printTable } from "./table.ts";

const RUNS = Number(process.env["BENCH_RUNS"] ?? 100_000);
const ROUNDS = 20;
const GOAL_MS = 100;

/** What people look for, from what nearly every run is to what none is. */
const QUERIES: readonly (readonly [string, object])[] = [
  ["newest", {}],
  ["a part of a name that all have", { q: "img" }],
  ["a part of a name that one has", { q: "0012345" }],
  ["a part of a name that none has", { q: "nobody" }],
  ["text of errors", { q: "could not be used" }],
  ["failed", { status: "failed" }],
  ["failed or partial, in one workflow", { status: "failed,partial", workflow: "workflow-3" }],
  ["a rare workflow", { workflow: "workflow-rare" }],
  ["a rare model", { model: "hand-landmarks" }],
  ["a model that all have", { model: "lama" }],
  ["a tag", { tag: "keep" }],
  ["bad seams", { seamMin: 9.9 }],
  ["what cost most", { costMin: 0.09 }],
  ["long ones", { durationMin: 59 }],
  ["two that exclude each other", { status: "failed", tag: "keep" }],
];

/** The run list of a dashboard over so many runs: a page of 50, its second page, and the number of all. */
export async function benchRunList(): Promise<void> {
  const home = await makeTemporaryHome();
  const services = await openServices(
    readConfig({ MASKLOOM_HOME: home, LOG_LEVEL: "silent" }),
    () => undefined,
  );
  const { db } = services.store;
  const begun = performance.now();
  await seedRuns(db, RUNS);
  process.stdout.write(`\nseeded ${RUNS} runs in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
  const all: number[] = [];
  const rows = [];
  for (const [what, query] of QUERIES) {
    const filter = RunFilter.parse(query);
    const [pages, counts]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await timed(pages, () => listRuns(db, LOCAL_OWNER, { ...filter, limit: 50 }));
      const before = first.at(-1)?.runUUID;
      if (before !== undefined) {
        await timed(pages, () => listRuns(db, LOCAL_OWNER, { ...filter, before, limit: 50 }));
      }
      await timed(counts, () => countRunList(db, LOCAL_OWNER, filter));
    }
    all.push(...pages);
    rows.push({
      what,
      ours: `p50 ${at(pages, 0.5)}, p95 ${at(pages, 0.95)} ms`,
      against: `count p95 ${at(counts, 0.95)} ms`,
    });
  }
  rows.push({ what: "all lists", ours: `p95 ${at(all, 0.95)} ms`, against: `goal ${GOAL_MS} ms` });
  printTable(`The list of ${RUNS} runs`, rows);
  await services.close();
  await removeTemporaryHome(home);
}

async function timed<T>(times: number[], work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  times.push(performance.now() - start);
  return result;
}

function at(times: readonly number[], share: number): string {
  const sorted = [...times].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
}
