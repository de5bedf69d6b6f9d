import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChangedRuns, RerunsBegun } from "../../src/contracts/bulk.ts";
import type { RunDetail } from "../../src/contracts/run.ts";
import { RunCount, RunPage } from "../../src/contracts/run-list.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { currentCursor, readEvents } from "../../src/store/events.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { findRunPositions } from "../../src/store/run-list.ts";
import type { Schema } from "../../src/store/schema.ts";
import { asking, makeKey } from "./keyed-hosts.ts";
import { seedRuns } from "./seed-runs.ts";
import { openServerHost, pictureForm, type ServerHost } from "./server-host.ts";

describe("what is done to many runs", () => {
  let host: ServerHost;
  let server: RunningServer;
  let db: Kysely<Schema>;
  beforeAll(async () => {
    host = await openServerHost();
    db = host.services.store.db;
    await seedRuns(db, 1_000);
    server = await host.start();
  });
  afterAll(() => host.stop());

  const get = async (path: string) => (await fetch(new URL(path, server.url))).json();
  const count = async (query: string) => RunCount.parse(await get(`/api/runs/count?${query}`)).count;
  const send = (path: string, body: object) =>
    fetch(new URL(path, server.url), {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  const change = async (body: object, path = "/api/runs/bulk") =>
    ChangedRuns.parse(await (await send(path, body)).json());
  const begin = async () => {
    const response = await fetch(new URL("/api/runs", server.url), {
      method: "POST",
      body: await pictureForm(),
    });
    return (await response.json()) as RunDetail;
  };

  it("tags all that match, is found by the tag, and again changes nothing", async () => {
    const body = { filter: { status: "failed" }, add: ["look-at", "später"] };
    const cursor = await currentCursor(db);
    expect(await change(body, "/api/runs/tags")).toEqual({
      matched: 20,
      changed: 20,
      more: false,
      next: null,
    });
    expect(await change(body, "/api/runs/tags")).toEqual({
      matched: 20,
      changed: 0,
      more: false,
      next: null,
    });
    /* Pages that others have open are told, once. */
    const { events } = await readEvents(db, cursor, {}, 10);
    expect(events).toMatchObject([{ type: "runs.changed", data: { action: "tag", runs: 20 } }]);
    expect(await count("tag=look-at,später")).toBe(20);
    const [run] = RunPage.parse(await get("/api/runs?tag=look-at&limit=1")).runs;
    expect(run?.tags).toEqual(["look-at", "später"]);
    const one = { runs: [run?.runUUID], remove: ["look-at"], add: ["seen"] };
    expect(await change(one, "/api/runs/tags")).toEqual({ matched: 1, changed: 1, more: false, next: null });
    expect([await count("tag=look-at"), await count("q=seen")]).toEqual([19, 1]);
  });

  it("cancels what is under way, and begins it again with its tasks", async () => {
    const begun = [await begin(), await begin(), await begin()];
    const runs = begun.map(({ runUUID }) => runUUID);
    expect(await change({ action: "cancel", runs })).toMatchObject({ matched: 3, changed: 3 });
    expect(await count("status=cancelled")).toBe(3);
    const again = await change({
      action: "retry",
      filter: { status: "cancelled", workflow: "anonymize-faces" },
    });
    expect(again).toEqual({ matched: 3, changed: 3, more: false, next: null });
    expect(await count("status=queued,running&workflow=anonymize-faces")).toBe(3);
    await change({ action: "cancel", runs });
  });

  it("deletes what has ended, with all that was kept of it, and nothing that is under way", async () => {
    const run = await begin();
    const before = await count("");
    expect(await change({ action: "delete", runs: [run.runUUID] })).toMatchObject({ matched: 1, changed: 0 });
    await change({ action: "cancel", runs: [run.runUUID] });
    expect(await change({ action: "delete", runs: [run.runUUID] })).toMatchObject({ matched: 1, changed: 1 });
    expect((await fetch(new URL(`/api/runs/${run.runUUID}`, server.url))).status).toBe(404);
    expect(await change({ action: "delete", filter: { q: "could not be used" } })).toMatchObject({
      changed: 20,
    });
    expect(await count("")).toBe(before - 21);
    const left = await sql<{ lost: string }>`select count(*) as lost from tasks t
      where not exists (select from runs r where r.uuid = t.run_uuid)`.execute(db);
    expect(left.rows[0]?.lost).toBe("0");
  });

  it("makes many anew with the same changes, says why others are not, and goes on where it stopped", async () => {
    const begun = [await begin(), await begin()];
    const runs = begun.map(({ runUUID }) => runUUID);
    await change({ action: "cancel", runs: runs.slice(0, 1) });
    const rerun = async (body: object) =>
      RerunsBegun.parse(await (await send("/api/runs/rerun", body)).json());
    const done = await rerun({ runs, inputs: { mode: "blur" } });
    expect(done).toMatchObject({ begun: 1, refused: [{ code: "CONFLICT", runs: 1 }], next: null });
    expect(done.refused[0]?.example).toContain("it is under way");
    const made = RunPage.parse(await get("/api/runs?limit=1")).runs[0];
    expect(made).toMatchObject({ derivedFrom: runs[0], inputs: { mode: "blur" } });
    const wrong = await rerun({ filter: { status: "cancelled" }, inputs: { mode: "sing" } });
    expect(wrong).toMatchObject({ begun: 0, refused: [{ code: "INPUT_INVALID" }] });
    expect(wrong.refused[0]?.runs).toBe(await count("status=cancelled"));
    await change({ action: "cancel", filter: { workflow: "anonymize-faces" } });
  });

  it("goes on where a request stopped, also behind runs that are gone or that stayed as they were", async () => {
    const filter = { q: "img_00001" };
    const all = RunPage.parse(await get("/api/runs?q=img_00001&limit=200")).runs;
    const { store } = host.services;
    const [tenth] = (await findRunPositions(store.db, LOCAL_OWNER, filter, undefined, 10)).slice(-1);
    expect(tenth?.uuid).toBe(all[9]?.runUUID);
    await change({ action: "delete", runs: [tenth?.uuid] });
    const rest = await change({ filter, add: ["rest"], before: tenth?.cursor }, "/api/runs/tags");
    expect(rest).toMatchObject({ matched: all.length - 10, next: null });
    const untouched = RunPage.parse(await get("/api/runs?q=img_00001&limit=9")).runs;
    expect(untouched.flatMap(({ tags }) => tags)).not.toContain("rest");
    expect((await send("/api/runs/bulk", { action: "retry", filter, before: "1_2" })).status).toBe(400);
  });

  it("touches no other owner's, and is written down", async () => {
    const { key, id } = await makeKey(host, { owner: "somebody" });
    const before = await count("");
    const theirs = await asking(server.url, key)("/api/runs/bulk", {
      method: "POST",
      body: JSON.stringify({ action: "delete", filter: {} }),
      headers: { "content-type": "application/json" },
    });
    expect(await theirs.json()).toEqual({ matched: 0, changed: 0, more: false, next: null });
    expect(await count("")).toBe(before);
    const entries = await db.selectFrom("audit").selectAll().where("action", "=", "runs.delete").execute();
    expect(entries.at(-1)).toMatchObject({
      target: "runs",
      detail: { key: id, action: "delete", matched: 0 },
    });
  });

  it("is refused where it does not say which, both at once, or to a viewer", async () => {
    for (const body of [
      { action: "delete" },
      { action: "delete", filter: {}, runs: [] },
      { action: "melt", filter: {} },
    ]) {
      expect([body, (await send("/api/runs/bulk", body)).status]).toEqual([body, 400]);
    }
    expect((await send("/api/runs/tags", { filter: {}, add: ["two words"] })).status).toBe(400);
    const { key } = await makeKey(host, { role: "viewer" });
    const refused = await asking(server.url, key)("/api/runs/bulk", { method: "POST", body: "{}" });
    expect(refused.status).toBe(403);
  });
});
