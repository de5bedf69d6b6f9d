import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openWakeUps, type WakeUps } from "../../src/store/wake-ups.ts";
import { startLifeSigns } from "../../workers/life-signs.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";

const PATIENCE = { timeout: 30_000, interval: 20 };
/** PostgreSQL wakes all of its listeners for each NOTIFY: these are as many as may be, and one more. */
const [FEW, MANY] = [12, 17];

let host: ServerHost;
beforeAll(async () => {
  host = await openServerHost();
});
afterAll(() => host.stop());

const name = "crowd";
const open = () => {
  const { db, connection } = host.services.store;
  return openWakeUps(db, { ...connection, application_name: name }, "crowd", { lingerMs: 100 });
};

async function listening(): Promise<number> {
  const { rows } = await sql<{ pid: number }>`
    select pid from pg_stat_activity where application_name = ${name}`.execute(host.services.store.db);
  return rows.length;
}

const hears = async (wakeUps: WakeUps, listener: () => void) => {
  await vi.waitFor(() => {
    wakeUps.notify("cancelled");
    expect(listener).toHaveBeenCalled();
  }, PATIENCE);
};

it("whoever looks by itself listens among few workers, not among many, and again when they have become few", async () => {
  const [worker, command] = [open(), open()];
  const listener = vi.fn();
  worker.onAmongFew("cancelled", listener);
  await hears(command, listener);
  expect(await listening()).toBe(1);

  worker.tellWorkers(MANY);
  await vi.waitFor(async () => expect(await listening()).toBe(0), PATIENCE);
  worker.tellWorkers(FEW + 1); // nearly as many: it would come and go
  expect(await listening()).toBe(0);

  listener.mockClear();
  worker.tellWorkers(FEW);
  await hears(command, listener);
  expect(await listening()).toBe(1);
  await Promise.all([worker.close(), command.close()]);
  expect(await listening()).toBe(0);
});

it("whoever must hear listens among many, too, and hears for all of its process", async () => {
  const [leader, command] = [open(), open()];
  const liked = vi.fn();
  leader.onAmongFew("cancelled", liked);
  leader.tellWorkers(MANY);
  const resign = leader.on("ready", () => undefined);
  await hears(command, liked);
  expect(await listening()).toBe(1);
  const resignToo = leader.on("ended", () => undefined);
  resign();
  resign();
  await sleep(300);
  expect(await listening()).toBe(1);
  resignToo();
  await vi.waitFor(async () => expect(await listening()).toBe(0), PATIENCE);
  await Promise.all([leader.close(), command.close()]);
});

it("each sign of life says how many workers there are", async () => {
  const counts: number[] = [];
  const begin = (id: string) =>
    startLifeSigns(
      host.services.store,
      { id, host: "here", pid: 1, version: "1.2.3", concurrency: { masking: 1 } },
      (error) => {
        throw error;
      },
      { onSeen: (workers) => counts.push(workers) },
    );
  const first = begin("first");
  await first.first;
  const second = begin("second");
  await second.first;
  first.tell();
  await vi.waitFor(() => expect(counts.at(-1)).toBe(2), PATIENCE);
  await Promise.all([first.end(), second.end()]);
});
