import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunUUID } from "../../src/contracts/ids.ts";
import type { RunView } from "../../src/contracts/run.ts";
import { RunFilter } from "../../src/contracts/run-list.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
import { cancelRuns } from "../../src/store/cancel.ts";
import { deleteRuns } from "../../src/store/change-runs.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { countRunList, findRunUUIDs, listRuns, selectPage } from "../../src/store/run-list.ts";
import type { Schema } from "../../src/store/schema.ts";
import { twoSteps } from "../engine/two-steps.ts";
import { seedRuns } from "./seed-runs.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";

const RUNS = 20_000;

describe("a list of 20,000 runs", () => {
  let host: ServerHost;
  let db: Kysely<Schema>;
  beforeAll(async () => {
    host = await openServerHost();
    db = host.services.store.db;
    await seedRuns(db, RUNS);
  });
  afterAll(() => host.stop());

  const list = (query: object, limit = 50) => listRuns(db, LOCAL_OWNER, { ...RunFilter.parse(query), limit });
  const count = async (query: object) => (await countRunList(db, LOCAL_OWNER, RunFilter.parse(query))).count;
  const uuidOf = async (text: string) =>
    (await sql<{ uuid: string }>`select seed_uuid(${text}) as uuid`.execute(db)).rows[0]?.uuid ?? "";

  /** A filter, whether a run is one that it means, and how many there are. */
  const FILTERS: readonly [string, object, (run: RunView) => boolean, number][] = [
    ["nothing", {}, () => true, RUNS],
    [
      "a part of a file's name, whatever its case",
      { q: "img_0000123" },
      ({ file }) => file.includes("IMG_0000123"),
      1,
    ],
    ["several words", { q: "HOLIDAY .jpg" }, ({ file }) => file.startsWith("holiday/"), 20],
    ["what LIKE takes for a wildcard", { q: "100%" }, () => false, 0],
    [
      "text of an error",
      { q: "could not be used nothing_detected" },
      (run) => run.error?.code === "NOTHING_DETECTED",
      200,
    ],
    ["a tag as text", { q: "keep" }, (run) => run.tags.includes("keep"), 50],
    ["a tag", { tag: "keep" }, (run) => run.tags.includes("keep"), 50],
    ["an error's code", { error: "IMAGE_UNREADABLE" }, (run) => run.error?.code === "IMAGE_UNREADABLE", 200],
    ["one status", { status: "failed" }, (run) => run.status === "failed", 400],
    ["several", { status: "failed,partial" }, (run) => ["failed", "partial"].includes(run.status), 450],
    ["a rare workflow", { workflow: "workflow-rare" }, (run) => run.workflow === "workflow-rare", 50],
    ["a model", { model: "hand-landmarks" }, () => true, 10],
    ["a provider", { provider: "nobody" }, () => false, 0],
    ["a cost", { costMin: "0.085" }, (run) => (run.cost ?? 0) >= 0.085, 200],
    ["no cost", { costMax: "0" }, (run) => (run.cost ?? 0) === 0, 18_200],
    ["a duration", { durationMin: "59" }, (run) => run.durationMs === 59_000, 333],
    [
      "quality",
      { seamMin: "9.9", seamMax: "9.95" },
      (run) => [9.9, 9.92, 9.94].includes(run.quality.seam ?? 0),
      120,
    ],
    ["sharpness", { sharpnessMax: "-1" }, (run) => run.quality.sharpnessGain === -1, 2_858],
    ["two at once", { status: "failed", q: "holiday" }, () => false, 0],
  ];

  it.each(FILTERS)("is narrowed by %s", async (_, query, isMeant, expected) => {
    const runs = await list(query, 200);
    expect(runs.filter((run) => !isMeant(run))).toEqual([]);
    expect(runs).toHaveLength(Math.min(200, expected));
    const told = await countRunList(db, LOCAL_OWNER, RunFilter.parse(query));
    expect(told.isExact).toBe(expected <= 10_000);
    if (told.isExact) expect(told.count).toBe(expected);
    else expect(Math.abs(told.count - expected) / expected).toBeLessThan(0.5);
  });

  it("is narrowed by time, the beginning in it and the end not", async () => {
    const [, second, third] = await list({}, 3);
    const within = await list({ from: third?.createdAt, to: second?.createdAt });
    /* Timestamps are told in milliseconds and kept in microseconds. */
    expect(within.every(({ createdAt }) => createdAt < (second?.createdAt ?? ""))).toBe(true);
    expect(within.length).toBeLessThanOrEqual(2);
    expect(await count({ from: new Date(Date.now() + 60_000).toISOString() })).toBe(0);
  });

  it.each([
    ["a run", "run77", 1],
    ["a task", "faces77", 1],
    ["a batch", "batch1", 50],
    ["a picture it was given", "input77", 1],
    ["its result", "output77", 1],
    ["nothing", "something else", 0],
  ])("finds by the UUID of %s", async (_, name, expected) => {
    const runs = await list({ q: ` ${(await uuidOf(name)).toUpperCase()} ` });
    expect(runs).toHaveLength(expected);
    if (expected === 1) expect(runs[0]?.file).toContain("IMG_0000077");
  });

  it("tells of each run what a row shows", async () => {
    const [run] = await list({ q: "IMG_0000010" });
    expect(run).toMatchObject({
      pictures: {
        input: await uuidOf("input10"),
        mask: await uuidOf("mask10"),
        output: await uuidOf("output10"),
      },
      cost: 0.01,
      durationMs: 10_000,
      quality: { seam: 0.2, sharpnessGain: 2 },
      tags: [],
    });
  });

  it("is read to its end page by page, nothing twice and nothing left out", async () => {
    const filter = RunFilter.parse({ status: "failed" });
    const seen: string[] = [];
    for (;;) {
      const before = seen.at(-1) as RunView["runUUID"] | undefined;
      const page = await listRuns(db, LOCAL_OWNER, { ...filter, before, limit: 170 });
      seen.push(...page.map(({ runUUID }) => runUUID));
      if (page.length < 170) break;
    }
    expect(new Set(seen).size).toBe(400);
    expect(seen).toEqual(await findRunUUIDs(db, LOCAL_OWNER, filter, 1_000));
  });

  it("finds a run under way by its model, before any of its tasks has ended", async () => {
    const { store } = host.services;
    const request = { ...twoSteps(), owner: LOCAL_OWNER, inputs: {}, interactive: false };
    const batch = await openBatch(store, request);
    const image = { uuid: randomUUID(), meta: {} };
    const [begun] = await submitRuns(store, batch, [
      { file: "fresh.png", prepare: async () => ({ inputs: { image }, identity: null }) },
    ]);
    const found = async (query: object) => (await list(query)).map(({ file }) => file);
    expect(await found({ model: "some-detector" })).toEqual(["fresh.png"]);
    expect(await found({ provider: "local", status: "queued" })).toEqual(["fresh.png"]);
    expect(await found({ q: "fresh" })).toEqual(["fresh.png"]);
    expect(await found({ q: image.uuid })).toEqual(["fresh.png"]);
    await cancelRuns(db, LOCAL_OWNER, { batch: batch.batchUUID });
    expect(await deleteRuns(db, LOCAL_OWNER, [begun?.runUUID ?? ("" as RunUUID)])).toBe(1);
  });

  /** Filters that mean few of many, and the index that finds them. */
  const PLANS: readonly [object, string][] = [
    [{}, "runs_recent"],
    [{ q: "img_0000123" }, "runs_search"],
    [{ model: "hand-landmarks" }, "runs_facets"],
    [{ tag: "keep" }, "runs_facets"],
    [{ status: "cancelled" }, "runs_status"],
    [{ costMin: 0.0895 }, "runs_cost"],
    [{ seamMin: 9.98 }, "runs_seam"],
    [{ batch: "00000000-0000-4000-8000-000000000000" }, "runs_batch"],
    [{ workflow: "workflow-rare" }, "batches_workflow"],
    [{ q: "00000000-0000-4000-8000-000000000000" }, "runs_pkey"],
  ];

  it.each(PLANS)("of %o is read by %s, and never as a whole", async (query, index) => {
    await db.connection().execute(async (connection) => {
      /* The session's setting would hide that there is no index. */
      await sql`set enable_seqscan = on`.execute(connection);
      const page = selectPage(LOCAL_OWNER, { ...RunFilter.parse(query), limit: 50 });
      const plan = JSON.stringify((await sql`explain (format json) ${page}`.execute(connection)).rows);
      await sql`reset enable_seqscan`.execute(connection);
      expect(plan).toContain(`"${index}"`);
      expect(plan).not.toMatch(/"Node Type":"Seq Scan"[^}]*"Relation Name":"runs"/);
    });
  });
});
