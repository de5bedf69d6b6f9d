import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { TaskUUID } from "../../src/contracts/ids.ts";
import { DecidedMany, ParkedList } from "../../src/contracts/parked.ts";
import { ProviderList, ProviderTest } from "../../src/contracts/provider-list.ts";
import { createLogger } from "../../src/logging/log.ts";
import { createCallSlots } from "../../src/runs/calls/call-slots.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { slotsInUse } from "../../src/store/slots-in-use.ts";
import { PRICE, type ScriptedPeer, startScriptedPeer } from "../protocol/client/scripted-peer.ts";
import { asking, makeKey } from "./keyed-hosts.ts";
import { KEY_NAME, openRemoteHost, type RemoteHost } from "./remote-host.ts";
import { repaintAt } from "./repaint-workflow.ts";

const workflowAt = (provider: string) =>
  repaintAt(provider, { name: `at-${provider}`, more: ["retries: { attempts: 9, backoff: none }"] });

const PATIENCE = { timeout: 60_000, interval: 100 };
const JSON_BODY = { "content-type": "application/json" };

describe("providers, as they are shown", () => {
  let peer: ScriptedPeer;
  let host: RemoteHost;
  let server: RunningServer;
  let ask: ReturnType<typeof asking>;
  beforeAll(async () => {
    peer = await startScriptedPeer();
    const entry = { kind: "runware" as const, url: peer.url, prices: { "*": 0.01 }, keyFrom: KEY_NAME };
    const nowhere = { url: "ws://127.0.0.1:1", retries: 0 };
    host = await openRemoteHost([
      { id: "good", ...entry, concurrency: 3, requestsPerSecond: 50, maxCost: { day: 20 } },
      { id: "gone", ...entry, ...nowhere, api: true },
    ]);
    await host.startWorker();
    const { services } = host;
    const config = { ...services.config, server: { ...services.config.server, requireKeys: true } };
    const options = { host: "127.0.0.1", port: 0, log: createLogger("silent"), dashboardFolder: null };
    const { key } = await makeKey(host, { role: "admin" });
    server = await startServer({ ...services, config }, options);
    ask = asking(server.url, key);
  });
  afterAll(async () => {
    await server?.close();
    await host?.close();
    await peer?.close();
  });

  const list = async (by = ask) => ProviderList.parse(await (await by("/api/providers")).json());
  const view = async (id: string, by = ask) => {
    const found = (await list(by)).providers.find((provider) => provider.id === id);
    if (found === undefined) throw new Error(`there is no provider ${id}`);
    return found;
  };
  const test = async (id: string) =>
    ProviderTest.parse(await (await ask(`/api/providers/${id}/test`, { method: "POST" })).json());

  it("have their limits, prices and abilities, and not their keys", async () => {
    const { local, providers } = await list();
    expect(local.models).toContain("local:fill");
    expect(providers.map(({ id }) => id)).toEqual(["good", "gone"]);
    expect(providers[0]).toMatchObject({
      kind: "runware",
      url: expect.stringContaining("127.0.0.1"),
      key: { from: KEY_NAME, isSet: true },
      queue: "inpainting-good",
      slots: { limit: 3, inUse: 0 },
      requestsPerSecond: 50,
      paid: true,
      api: false,
      prices: { "*": 0.01 },
      budgets: [{ of: "day", limit: 20, used: 0 }],
      tasks: ["imageInference", "imageMasking"],
      health: { underWay: 0, answeredAt: null, failure: null, circuits: [], test: null },
    });
    expect(providers[1]).toMatchObject({ paid: true, api: true });
    expect(await (await ask("/api/providers")).text()).not.toContain("a-key-for-tests");
  });

  it("say whether they are there when they are tested, and what they said stays", async () => {
    expect(await test("good")).toMatchObject({ says: "it takes the key", error: null });
    expect(await test("gone")).toMatchObject({ says: null, error: { code: "PROVIDER_UNAVAILABLE" } });
    expect((await view("good")).health.test).toMatchObject({ says: "it takes the key" });
    expect((await view("gone")).health.test?.error?.message).toContain("gone");
    const unknown = await ask("/api/providers/nobody/test", { method: "POST" });
    expect([unknown.status, await unknown.text()]).toEqual([404, expect.stringContaining("good, gone")]);
  });

  it("show how many of their slots are taken, by whichever process", async () => {
    const { connection, schema } = host.services.store;
    const slots = createCallSlots(connection, schema);
    const { signal } = new AbortController();
    await slots.within("good", 3, signal, () =>
      slots.within("good", 3, signal, async () => {
        expect([...(await slotsInUse(host.services.store, ["good", "gone"]))]).toEqual([
          ["good", 2],
          ["gone", 0],
        ]);
      }),
    );
    expect((await view("good")).slots.inUse).toBe(0);
    await slots.close();
  });

  it("tell of their last call, and which worker gives them a rest and until when", async () => {
    const done = await host.submit(workflowAt("good"), 1);
    await host.untilTasks(done.batchUUID, { succeeded: 1 });
    expect((await view("good")).health.answeredAt).not.toBeNull();
    const failing = await host.submit(workflowAt("gone"), 1);
    await vi.waitFor(async () => expect((await view("gone")).health.circuits).toHaveLength(1), PATIENCE);
    const { circuits, failure } = (await view("gone")).health;
    const [circuit] = circuits;
    expect(Date.parse(circuit?.nextTryAt ?? "") - Date.parse(circuit?.since ?? "")).toBeGreaterThanOrEqual(
      10_000,
    );
    expect(failure).toMatchObject({ code: "PROVIDER_UNAVAILABLE", error: { code: "PROVIDER_UNAVAILABLE" } });
    expect(failure?.taskUUID).not.toBeNull();
    /* That it failed is everybody's concern, with what is its owner's. */
    const other = asking(server.url, (await makeKey(host, { owner: "somebody-else" })).key);
    expect((await view("gone", other)).health.failure).toMatchObject({ error: null, taskUUID: null });
    await ask(`/api/batches/${failing.batchUUID}/cancel`, { method: "POST" });
  });

  describe("tasks that wait at them", () => {
    const decide = async (body: object) => {
      const answer = await ask("/api/parked", {
        method: "POST",
        headers: JSON_BODY,
        body: JSON.stringify(body),
      });
      return DecidedMany.parse(await answer.json());
    };
    const parked = async (query: string) =>
      ParkedList.parse(await (await ask(`/api/parked?${query}`)).json());
    const park = async (count: number) => {
      const { batchUUID } = await host.submit(workflowAt("good"), count, { maxCost: 0 });
      await host.untilTasks(batchUUID, { held: count });
      return batchUUID;
    };

    it("are decided about together: those that are named, and all that match", async () => {
      const [first, second] = [await park(3), await park(2)];
      expect((await view("good")).parked).toEqual({ held: 5, uncertain: 0 });
      expect((await parked("provider=gone")).total).toBe(0);
      const { tasks } = await parked(`provider=good&status=held&batch=${first}`);
      expect(tasks).toHaveLength(3);
      const [one] = tasks.map(({ taskUUID }) => taskUUID);
      const never = "00000000-0000-4000-8000-00000000dead" as TaskUUID;
      expect(await decide({ decision: "giveUp", tasks: [one, never] })).toMatchObject({
        decided: 1,
        left: 1,
      });
      expect(await decide({ decision: "markBilled", filter: {} })).toMatchObject({ decided: 0, left: 0 });
      const rest = await decide({ decision: "giveUp", filter: { batch: first } });
      expect(rest).toMatchObject({ decided: 2, left: 0, more: false });
      await host.untilTasks(first, { failed: 3 });
      expect((await parked("")).tasks.map(({ batchUUID }) => batchUUID)).toEqual([second, second]);
      await ask(`/api/batches/${second}/cancel`, { method: "POST" });
    });

    it("wait no longer once their batch's limit is raised, which the batch tells of", async () => {
      const batch = await park(2);
      const read = async () => (await (await ask(`/api/batches/${batch}`)).json()) as { budget: object };
      expect((await read()).budget).toEqual({ maxCost: 0, spent: 0, reserved: 0, held: 2, uncertain: 0 });
      const raised = { method: "PUT", headers: JSON_BODY, body: JSON.stringify({ maxCost: 1 }) };
      await ask(`/api/batches/${batch}/budget`, raised);
      await host.untilTasks(batch, { succeeded: 2 });
      const { budget } = await read();
      expect(budget).toMatchObject({ maxCost: 1, reserved: 0, held: 0 });
      expect(budget).toMatchObject({ spent: expect.closeTo(2 * PRICE) });
    });
  });
});
