import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { BatchUUID } from "../../src/contracts/ids.ts";
import type { LimitChanges } from "../../src/contracts/provider.ts";
import { cancelRun } from "../../src/runs/actions/cancel.ts";
import { changeProviderLimits } from "../../src/runs/calls/change-limits.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { readRuns } from "../../src/store/views.ts";
import { type A1111Peer, CHECKPOINTS, startA1111Peer } from "../inpainting/providers/a1111/a1111-peer.ts";
import { type ScriptedPeer, startScriptedPeer } from "../protocol/client/scripted-peer.ts";
import { openRemoteHost, type RemoteHost } from "./remote-host.ts";

const paintedBy = (provider: string, model: string, more = "") => `
maskloom: 1
name: by-several
inputs: { image: { type: image }, mask: { type: mask } }
steps:
  - id: paint
    task: imageInference
    provider: ${provider}
    model: ${model}
    seedImage: \${inputs.image}
    maskImage: \${inputs.mask}
    positivePrompt: something else
    ${more}
output: \${steps.paint.image}
`;

const ACTOR = { owner: LOCAL_OWNER, via: "api", key: null } as const;
const PATIENCE = { timeout: 60_000, interval: 20 };
const [SMALL = "", LARGE = ""] = CHECKPOINTS.map((title) => title.replace(/^.*\\|\..*$/g, ""));

describe("instances that share the work of one name", () => {
  let a: A1111Peer;
  let b: A1111Peer;
  let api: ScriptedPeer;
  let host: RemoteHost;
  /** Of each task of the API. */
  let workMs = 0;

  beforeAll(async () => {
    [a, b] = await Promise.all([startA1111Peer(), startA1111Peer()]);
    api = await startScriptedPeer({ workMs: () => workMs });
    const box = { kind: "a1111" as const, group: "gpus" };
    const account = { kind: "runware" as const, group: "accounts", url: api.url, prices: { "*": 0.01 } };
    host = await openRemoteHost([
      { id: "gpu-a", ...box, url: a.url },
      { id: "gpu-b", ...box, url: b.url },
      { id: "empty", ...account, maxCost: { day: 0 } },
      { id: "full", ...account },
    ]);
    await host.startWorker();
  });
  afterAll(async () => {
    await host?.close();
    await Promise.all([a?.close(), b?.close(), api?.close()]);
  });

  const callsOf = (batch: BatchUUID) =>
    host.services.store.db
      .selectFrom("calls")
      .innerJoin("tasks", "tasks.uuid", "calls.task_uuid")
      .select(["calls.provider", "calls.state", "calls.attempt", "tasks.provider as named", "tasks.failures"])
      .where("calls.batch_uuid", "=", batch)
      .orderBy("calls.created_at")
      .execute();
  const paint = async (provider: string, model: string, count = 1) => {
    const { batchUUID } = await host.submit(paintedBy(provider, model), count);
    await host.untilTasks(batchUUID, { succeeded: count });
    return callsOf(batchUUID);
  };

  it("work at the same time, and every call says which of them it was", async () => {
    a.held = true;
    b.held = true;
    const { batchUUID } = await host.submit(paintedBy("gpus", SMALL), 4);
    await vi.waitFor(() => {
      expect([a, b].map(({ pictures }) => pictures.length)).toEqual([1, 1]);
    }, PATIENCE);
    a.held = false;
    b.held = false;
    await host.untilTasks(batchUUID, { succeeded: 4 });
    const calls = await callsOf(batchUUID);
    expect(new Set(calls.map(({ provider }) => provider))).toEqual(new Set(["gpu-a", "gpu-b"]));
    expect(calls.every(({ named, state }) => named === "gpus" && state === "answered")).toBe(true);
  });

  it("keep the models that they have: another one is loaded by one of them, and asked for there again", async () => {
    const [first] = await paint("gpus", LARGE);
    const at = first?.provider;
    const other = at === "gpu-a" ? "gpu-b" : "gpu-a";
    for (const [model, where] of [
      [SMALL, other],
      [LARGE, at],
      [SMALL, other],
    ] as const)
      expect((await paint("gpus", model)).map(({ provider }) => provider)).toEqual([where]);
    /* Named by their kind they are the same. */
    expect((await paint("a1111", LARGE)).map(({ provider, named }) => [provider, named])).toEqual([
      [at, "a1111"],
    ]);
  });

  it("are passed over where there is no money left for them, and hold a task only where there is none anywhere", async () => {
    const calls = await paint("accounts", "runware:101@1", 2);
    expect(calls.map(({ provider }) => provider)).toEqual(["full", "full"]);
  });

  it("go on with what a limit holds once it is raised, though the worker began with another one", async () => {
    const { store, config } = host.services;
    const { batchUUID } = await host.submit(paintedBy("empty", "runware:101@1"), 3);
    await host.untilTasks(batchUUID, { held: 3 });
    const raise = (changes: LimitChanges) =>
      changeProviderLimits(store, ACTOR, config.providers, "empty", changes);
    /* Room for one at a time: what they cost is less than what is reserved for them. */
    expect(await raise({ day: 0.015, run: null })).toEqual({ provider: "empty", maxCost: { day: 0.015 } });
    await host.untilTasks(batchUUID, { succeeded: 3 });
    expect(await raise({})).toEqual({ provider: "empty", maxCost: { day: 0 } });
    await expect(changeProviderLimits(store, ACTOR, config.providers, "emptyy", {})).rejects.toThrow(
      "Did you mean empty?",
    );
  });

  it("say of what is cancelled while it is under way that it may still be billed", async () => {
    workMs = 3_600_000;
    const { batchUUID, runs } = await host.submit(paintedBy("full", "runware:101@1"), 1);
    await vi.waitFor(
      async () => expect(await callsOf(batchUUID)).toMatchObject([{ state: "sent" }]),
      PATIENCE,
    );
    workMs = 0;
    const { store } = host.services;
    for (const run of runs) await cancelRun(store, ACTOR, run);
    const [run] = await readRuns(store.db, LOCAL_OWNER, runs);
    expect(run?.tasks[0]).toMatchObject({
      status: "cancelled",
      warnings: [
        "its call to full was under way when it was cancelled: it may still be billed, and $0.01 stay reserved for it",
      ],
    });
  });

  it("let go what would wait too long, as far as there is money where it goes", async () => {
    const elsewhere = (provider: string) =>
      paintedBy(
        "gpu-a",
        SMALL,
        `fallback: { provider: ${provider}, model: "runware:101@1", when: "queueWait > 1ms" }`,
      );
    a.held = true;
    const poor = await host.submit(elsewhere("empty"), 2);
    const rich = await host.submit(elsewhere("full"), 3);
    await vi.waitFor(async () => expect((await callsOf(rich.batchUUID)).length).toBeGreaterThan(1), PATIENCE);
    a.held = false;
    await host.untilTasks(poor.batchUUID, { succeeded: 2 });
    await host.untilTasks(rich.batchUUID, { succeeded: 3 });
    const answered = (await callsOf(rich.batchUUID)).filter(({ state }) => state === "answered");
    expect(answered.filter(({ provider }) => provider === "full").length).toBeGreaterThan(1);
    expect((await callsOf(poor.batchUUID)).map(({ provider }) => provider)).toEqual(["gpu-a", "gpu-a"]);
    const runs = await readRuns(host.services.store.db, LOCAL_OWNER, rich.runs);
    const moved = runs.flatMap(({ tasks }) => tasks).filter(({ provider }) => provider === "full");
    for (const { warnings } of moved)
      expect(warnings).toEqual([
        "moved to the fallback runware:101@1 (full), since it would have waited too long for gpu-a",
      ]);
  });

  it("do the work of one that is gone, within the same attempt of the task", async () => {
    const [before] = await paint("gpus", SMALL);
    const gone = before?.provider;
    await (gone === "gpu-a" ? a : b).close();
    const calls = await paint("gpus", SMALL);
    expect(calls).toEqual([
      expect.objectContaining({ provider: gone, state: "failed", attempt: 1, failures: 0 }),
      expect.objectContaining({ state: "answered", attempt: 1, failures: 0 }),
    ]);
    /* It is asked last for a while. */
    expect((await paint("gpus", SMALL)).map(({ state }) => state)).toEqual(["answered"]);
  });
});
