import { afterEach, describe, expect, it, vi } from "vitest";
import { PRICE, type ScriptedPeer, startScriptedPeer } from "../protocol/client/scripted-peer.ts";
import { openRemoteHost, type RemoteHost } from "./remote-host.ts";
import { repaintAt } from "./repaint-workflow.ts";

const TASKS = 200;

const REPAINT = repaintAt("farm");

let host: RemoteHost | undefined;
let peer: ScriptedPeer | undefined;
afterEach(async () => {
  await host?.close();
  await peer?.close();
});

describe("200 tasks at a peer that breaks connections, with the worker killed -9 meanwhile", () => {
  it("are billed once each, by the peer's own books, and booked as the peer bills them", async () => {
    /* Every fifth first sending breaks in one of the ways that leave it open whether it arrived. */
    const fates = ["take, then cut", "cut", "take silently", "half a frame"] as const;
    let sent = 0;
    peer = await startScriptedPeer({
      workMs: () => 30 + Math.random() * 200,
      onTask: (_, nth) =>
        nth === 1 && sent++ % 20 === 0 ? (fates[((sent / 20) % 4) | 0] ?? "take") : "take",
    });
    host = await openRemoteHost([
      { id: "farm", kind: "runware", url: peer.url, concurrency: 25, prices: { "*": 0.01 }, timeout: "20s" },
    ]);
    const { batchUUID } = await host.submit(REPAINT, TASKS);
    const first = await host.startWorker();
    const { bills } = peer;
    await vi.waitFor(() => expect(bills.size).toBeGreaterThan(40), { timeout: 60_000, interval: 20 });
    await first.kill("SIGKILL");
    const second = await host.startWorker();
    await vi.waitFor(() => expect(bills.size).toBeGreaterThan(120), { timeout: 90_000, interval: 20 });
    await second.kill("SIGKILL");
    await host.startWorker();
    await host.untilTasks(batchUUID, { succeeded: TASKS });

    expect(bills.size).toBe(TASKS);
    expect([...bills.values()].filter((times) => times !== 1)).toEqual([]);
    const { db } = host.services.store;
    const calls = await db
      .selectFrom("calls")
      .select(["uuid", "state", "real_cost", "provider_id"])
      .execute();
    expect(
      calls
        .filter(({ state }) => state === "answered")
        .map(({ uuid }) => uuid)
        .sort(),
    ).toEqual([...bills.keys()].sort());
    expect(calls.every(({ provider_id }) => provider_id !== null)).toBe(true);
    const { sum } = await db
      .selectFrom("ledger")
      .select(({ fn }) => fn.sum("amount").as("sum"))
      .executeTakeFirstOrThrow();
    expect(Number(sum)).toBeCloseTo(TASKS * PRICE);
    const lost = await db.selectFrom("attempts").select("number").where("outcome", "=", "lost").execute();
    expect(lost.length).toBeGreaterThan(0);
  }, 300_000);
});
