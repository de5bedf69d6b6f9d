import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OwnerUUID } from "../../src/contracts/ids.ts";
import { RunDetail } from "../../src/contracts/run.ts";
import { Spending } from "../../src/contracts/spending.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { type CallEnd, endCall, reserveCall } from "../../src/store/calls.ts";
import { type Ask, asking, makeKey } from "./keyed-hosts.ts";
import { openServerHost, pictureForm, type ServerHost } from "./server-host.ts";

/** A provider that is never called, with limits. */
async function makeConfiguredHome(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-spending-"));
  const entry = { id: "other", kind: "a1111", paid: true, maxCost: { run: 0.5, day: 3, owner: 10 } };
  await writeFile(path.join(folder, "config.yaml"), JSON.stringify({ providers: [entry] }));
  return folder;
}

const HOUR_MS = 60 * 60 * 1000;
const TWO_DAYS_MS = 48 * HOUR_MS;

describe("spending", () => {
  let host: ServerHost;
  let server: RunningServer;
  let studio: Ask;
  let studioOwner: OwnerUUID;
  let boss: Ask;
  let range: string;
  let home: string;
  beforeAll(async () => {
    home = await makeConfiguredHome();
    host = await openServerHost({ MASKLOOM_CONFIG: path.join(home, "config.yaml") });
    const [hers, his] = [await makeKey(host, { owner: "studio" }), await makeKey(host, { role: "admin" })];
    server = await host.start();
    studio = asking(server.url, hers.key);
    studioOwner = hers.owner;
    boss = asking(server.url, his.key);
    const now = Date.now();
    range = new URLSearchParams({
      from: new Date(now - TWO_DAYS_MS).toISOString(),
      to: new Date(now + HOUR_MS).toISOString(),
    }).toString();
    const liked = await beginRun("a.png");
    await tag(liked.runUUID, "client-a");
    await pay(liked, { provider: "runware", cost: 0.5, providerId: "=first" });
    await pay(liked, { provider: "runware", cost: 0.25, providerId: "second" });
    const lost = await beginRun("b.png");
    await pay(lost, { provider: "other", cost: 0.125, providerId: "third" });
    await pay(lost, { provider: "other", cost: null, state: "failed" });
    await studio(`/api/runs/${lost.runUUID}/cancel`, { method: "POST" });
    const open = await beginRun("c.png");
    await pay(open, { provider: "other", cost: null, state: null });
  });
  afterAll(async () => {
    await host.stop();
    await rm(home, { recursive: true });
  });

  const beginRun = async (file: string): Promise<RunDetail> => {
    const body = await pictureForm({ file });
    return RunDetail.parse(await (await studio("/api/runs", { method: "POST", body })).json());
  };
  const tag = (runUUID: string, name: string) =>
    studio("/api/runs/tags", {
      method: "POST",
      body: JSON.stringify({ runs: [runUUID], add: [name] }),
      headers: { "content-type": "application/json" },
    });
  /** One call of the run's first task, as a worker would make it; both of a run are about the same region. */
  const pay = async (
    run: RunDetail,
    call: {
      provider: string;
      cost: number | null;
      providerId?: string;
      state?: CallEnd["state"] | null;
    },
  ): Promise<void> => {
    const { db } = host.services.store;
    const [task] = run.tasks;
    if (task === undefined) throw new Error("there is no task");
    const lease = randomUUID();
    await db
      .updateTable("tasks")
      .set({ status: "running", attempt: 1, lease_worker: "nobody", lease_uuid: lease })
      .where("uuid", "=", task.taskUUID)
      .execute();
    const callUUID = randomUUID();
    const { runUUID, batchUUID } = run;
    const reserved = await reserveCall(db, {
      callUUID,
      maker: { taskUUID: task.taskUUID, attempt: 1, lease, runUUID, batchUUID, ownerUUID: studioOwner },
      region: 0,
      key: callUUID,
      provider: call.provider,
      model: "runware:101@1",
      price: 1,
      caps: {},
      request: {},
    });
    expect(reserved).toEqual({ kind: "reserved" });
    const { state = "answered", cost, providerId = null } = call;
    if (state !== null) await endCall(db, callUUID, { state, cost, providerId });
  };
  const read = async (ask: Ask, query = "") =>
    Spending.parse(await (await ask(`/api/spending?${range}&${query}`)).json());

  it("sums up what calls cost, or have reserved, and what of it came to nothing or was made again", async () => {
    const { total, days } = await read(studio);
    expect(total).toEqual({ cost: 1.875, open: 1, lost: 0.125, again: 0.5, calls: 4, runs: 3 });
    expect([3, 4]).toContain(days.length);
    expect(days.reduce((sum, { cost }) => sum + cost, 0)).toBeCloseTo(1.875, 9);
  });

  it("groups it by provider, workflow, batch and tag, the largest first", async () => {
    const rowsBy = async (by: string) =>
      (await read(studio, `by=${by}`)).rows.map(({ key, cost }) => [key, cost]);
    expect(await rowsBy("provider")).toEqual([
      ["other", 1.125],
      ["runware", 0.75],
    ]);
    expect(await rowsBy("workflow")).toEqual([["anonymize-faces", 1.875]]);
    expect((await rowsBy("batch")).map(([, cost]) => cost)).toEqual([1, 0.75, 0.125]);
    expect(await rowsBy("tag")).toEqual([
      [null, 1.125],
      ["client-a", 0.75],
    ]);
  });

  it("has every day of the range, by the clock of whoever asks", async () => {
    const ask = async (zone: string) => {
      const query = new URLSearchParams({ from: "2026-03-01T23:30:00Z", to: "2026-03-03T00:30:00Z", zone });
      return Spending.parse(await (await studio(`/api/spending?${query}`)).json()).days.map(({ day }) => day);
    };
    expect(await ask("UTC")).toEqual(["2026-03-01", "2026-03-02", "2026-03-03"]);
    expect(await ask("Europe/Berlin")).toEqual(["2026-03-02", "2026-03-03"]);
  });

  it("shows nobody what others spent, but an admin who asks for all", async () => {
    expect((await read(boss)).total.cost).toBe(0);
    expect((await read(boss, "scope=all&by=owner")).rows).toMatchObject([{ key: "studio", cost: 1.875 }]);
    expect((await studio(`/api/spending?${range}&scope=all`)).status).toBe(403);
    expect((await studio(`/api/spending/calls.csv?${range}&scope=all`)).status).toBe(403);
  });

  it("sums up what owners with a label spent, each label by itself", async () => {
    const byLabel = async () =>
      (await read(boss, "scope=all&by=label")).rows.map(({ key, cost }) => [key, cost]);
    expect(await byLabel()).toEqual([[null, 1.875]]);
    const response = await boss("/api/owners/studio", {
      method: "PATCH",
      body: JSON.stringify({ labels: { team: "retouch", contract: "17" } }),
      headers: { "content-type": "application/json" },
    });
    expect(response.status).toBe(200);
    expect(await byLabel()).toEqual([
      ["contract=17", 1.875],
      ["team=retouch", 1.875],
    ]);
  });

  it("tells how near the limits of providers are; how near all owners are, only to an admin", async () => {
    const { budgets } = await read(studio);
    expect(budgets).toEqual([
      { provider: "other", of: "day", limit: 3, used: null },
      { provider: "other", of: "owner", limit: 10, used: 1.125 },
      { provider: "other", of: "run", limit: 0.5, used: null },
    ]);
    expect((await read(boss)).budgets.slice(0, 2)).toMatchObject([
      { of: "day", used: 1.125 },
      { of: "owner", used: 0 },
    ]);
  });

  it("lists every call with what its provider calls it, and no formula", async () => {
    const response = await studio(`/api/spending/calls.csv?${range}`);
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="maskloom-calls-/);
    const [head, ...lines] = (await response.text()).trimEnd().split("\r\n");
    expect(head?.split(",").slice(3, 9)).toEqual([
      "provider",
      "providerId",
      "model",
      "state",
      "reservedCost",
      "cost",
    ]);
    expect(lines.map((line) => line.split(",").slice(3, 9).join(" "))).toEqual([
      "runware '=first runware:101@1 answered 1 0.5",
      "runware second runware:101@1 answered 1 0.25",
      "other third runware:101@1 answered 1 0.125",
      "other  runware:101@1 failed 1 ",
      "other  runware:101@1 sent 1 ",
    ]);
  });

  it("refuses what is no range and no time zone", async () => {
    for (const query of [
      "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
      "from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z",
      `${range}&zone=Nowhere/Never`,
      "by=provider",
    ]) {
      expect([query, (await studio(`/api/spending?${query}`)).status]).toEqual([query, 400]);
    }
  });
});
