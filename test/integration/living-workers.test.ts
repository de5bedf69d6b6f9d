import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readConcurrency } from "../../src/store/batch-pictures.ts";
import { readInstallationState } from "../../src/store/installation-reading.ts";
import { readInstanceLoads } from "../../src/store/instance-loads.ts";
import { forgetSilentWorkers, seeWorker } from "../../src/store/living-workers.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { readProviderStates } from "../../src/store/provider-states.ts";
import { listQueues } from "../../src/store/queue-list.ts";
import { readQueuePace } from "../../src/store/spilling.ts";
import { listWorkers } from "../../src/store/worker-list.ts";
import { startDelivering } from "../../workers/keep-delivering.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";

let host: ServerHost;
beforeAll(async () => {
  host = await openServerHost();
  await sayAlive("one");
  await sayAlive("other");
});
afterAll(() => host.stop());

const database = () => host.services.store.db;

function sayAlive(id: string): Promise<number> {
  const nextTryAt = new Date(Date.now() + 3_600_000).toISOString();
  const circuits = [{ provider: "forge", since: new Date().toISOString(), nextTryAt }];
  const said = { host: "here", pid: 1, version: "1.2.3", memoryBytes: 1, circuits };
  return seeWorker(database(), { id, ...said, concurrency: { masking: 2 } });
}

const beSilent = (id: string, seconds: number) =>
  sql`update workers set seen_at = now() - ${seconds} * interval '1 second' where id = ${id}`.execute(
    database(),
  );

/** How many there are for each who asks. */
async function seen() {
  const db = database();
  const masking = <Q extends { readonly queue: string }>(queues: readonly Q[]) =>
    queues.find(({ queue }) => queue === "masking");
  const [load] = await readInstanceLoads(db, [{ id: "forge", slots: 1, spillMs: null, timeoutMs: 60_000 }]);
  const states = await readProviderStates(db, { owner: LOCAL_OWNER, seesAll: true }, ["forge"]);
  const listed = await listWorkers(db, LOCAL_OWNER);
  return {
    metrics: masking((await readInstallationState(db)).queues)?.workers ?? 0,
    queues: masking(await listQueues(db))?.workers ?? 0,
    estimates: ((await readConcurrency(db)).get("masking") ?? 0) / 2,
    spilling: (await readQueuePace(db, "masking")).slots / 2,
    providers: states.get("forge")?.health.circuits.length,
    groupRests: (load?.restMs ?? 0) > 0,
    alive: listed.filter(({ isAlive }) => isAlive).length,
    shown: listed.length,
  };
}

const all = (count: number) => ({
  metrics: count,
  queues: count,
  estimates: count,
  spilling: count,
  providers: count,
  groupRests: count > 0,
  alive: count,
});

it("one that has been silent for a while counts nowhere, is still shown, and by and by forgotten", async () => {
  expect(await seen()).toEqual({ ...all(2), shown: 2 });
  await beSilent("other", 10);
  expect(await seen()).toEqual({ ...all(2), shown: 2 });
  await beSilent("other", 30);
  expect(await seen()).toEqual({ ...all(1), shown: 2 });
  await forgetSilentWorkers(database());
  expect(await seen()).toEqual({ ...all(1), shown: 2 });
  await beSilent("one", 30);
  expect(await seen()).toEqual({ ...all(0), shown: 2 });
  await sayAlive("one");
  await beSilent("other", 90);
  expect(await seen()).toEqual({ ...all(1), shown: 2 });
  await forgetSilentWorkers(database());
  expect(await seen()).toEqual({ ...all(1), shown: 1 });
});

it("the leader forgets them, and one that comes back is known again", async () => {
  await sayAlive("other");
  await beSilent("one", 90);
  const { store, queues } = host.services;
  const onError = (error: unknown) => {
    throw error;
  };
  const leading = startDelivering(store, queues, { onError, sweepPollMs: 20 });
  await expect.poll(seen, { timeout: 30_000 }).toEqual({ ...all(1), shown: 1 });
  await leading.stop();
  await sayAlive("one");
  expect(await seen()).toEqual({ ...all(2), shown: 2 });
});
