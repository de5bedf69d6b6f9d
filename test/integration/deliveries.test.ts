import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { OwnerUUID } from "../../src/contracts/ids.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
import { setBatchPriority } from "../../src/store/batches.ts";
import { type ReadyDelivery, takeReady } from "../../src/store/deliveries.ts";
import { leaseTasks } from "../../src/store/leases.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { prepareExample } from "../engine/two-steps.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

/* In which order, and how many at a time, ready tasks are handed out. */

const TWO_MASKS = prepareExample(`
maskloom: 1
name: two-masks
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: model-a }
  - { id: people, task: imageMasking, inputImage: "\${inputs.image}", model: model-b }
output: \${steps.people.maskImage}
`);
const GROUP = 8;

let home: string;
let services: Services;

beforeAll(async () => {
  home = await makeTemporaryHome();
  services = await openServices(readConfig({ MASKLOOM_HOME: home }), () => undefined);
});
afterAll(async () => {
  await services?.close();
  await removeTemporaryHome(home);
});

async function submit(count: number, owner = LOCAL_OWNER, interactive = false): Promise<void> {
  const { store } = services;
  const batch = await openBatch(store, { ...TWO_MASKS, owner, inputs: {}, interactive });
  const prepare = async () => ({
    inputs: { image: { uuid: randomUUID(), meta: {} } },
    identity: null,
  });
  await submitRuns(
    store,
    batch,
    Array.from({ length: count }, (_, at) => ({ file: `${at}.png`, prepare })),
  );
}

const take = (): Promise<ReadyDelivery[]> => takeReady(services.store.db, GROUP, 0);
const lease = (ready: readonly ReadyDelivery[]) => leaseTasks(services.store.db, ready, "a worker", 60_000);

it("groups what a batch hands out by model, the first pictures first, and fills up when a quarter of it is free", async () => {
  await submit(6);
  const first = await take();
  const tasks = await services.store.db
    .selectFrom("tasks as t")
    .innerJoin("runs as r", "r.uuid", "t.run_uuid")
    .select(["t.uuid", "t.model", "r.file"])
    .execute();
  const told = (ready: readonly ReadyDelivery[]) =>
    ready.map(({ taskUUID }) => {
      const task = tasks.find(({ uuid }) => uuid === taskUUID);
      return `${task?.model} ${task?.file}`;
    });
  const models = ["model-a", "model-b"];
  expect(told(first)).toEqual(models.flatMap((model) => [0, 1, 2, 3].map((at) => `${model} ${at}.png`)));

  await lease(first.slice(0, 1));
  expect(await take()).toEqual([]);
  await lease(first.slice(1, 4));
  expect(told(await take())).toEqual(models.flatMap((model) => [4, 5].map((at) => `${model} ${at}.png`)));
});

it("lets no other batch wait until one has room", async () => {
  await submit(GROUP);
  expect(await take()).toHaveLength(GROUP);
  await submit(1);
  expect(await take()).toHaveLength(2);
});

describe("owners", () => {
  const owners = { flooding: OwnerUUID.parse(randomUUID()), modest: OwnerUUID.parse(randomUUID()) };
  type Name = keyof typeof owners;
  const nameOf = (owner: string): Name => (owner === owners.modest ? "modest" : "flooding");

  beforeAll(async () => {
    const { db } = services.store;
    await db
      .updateTable("tasks")
      .set({ status: "cancelled", ended_at: new Date() })
      .where("status", "=", "queued")
      .execute();
    const rows = Object.entries(owners).map(([name, uuid]) => ({ uuid, name }));
    await db.insertInto("owners").values(rows).execute();
  });

  /** Single runs, each a batch of its own with two tasks. */
  const beginRuns = async (name: Name, count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) await submit(1, owners[name], true);
  };
  const takeAll = async (): Promise<ReadyDelivery[]> => {
    const all: ReadyDelivery[] = [];
    for (let some = await take(); some.length > 0; some = await take()) all.push(...some);
    return all;
  };
  const whose = async (ready: readonly ReadyDelivery[]): Promise<Name[]> => {
    const rows = await services.store.db.selectFrom("tasks").select(["uuid", "owner_uuid"]).execute();
    const byTask = new Map(rows.map(({ uuid, owner_uuid }) => [uuid, nameOf(owner_uuid)]));
    return ready.map(({ taskUUID }) => byTask.get(taskUUID) ?? "flooding");
  };

  it("that are alone have several shares in hand, and no more, however many single runs they began", async () => {
    await beginRuns("flooding", 40);
    const first = await takeAll();
    expect(first).toHaveLength(8 * GROUP);
    expect(await take()).toEqual([]);
    await lease(first);
    /* A task of each, then the second ones of the oldest. */
    const { rows } = await sql<{ handed: number }>`
      select count(t.delivered_at)::int as handed from runs r join tasks t on t.run_uuid = r.uuid
      where r.owner_uuid = ${owners.flooding} group by r.uuid order by min(r.created_at)`.execute(
      services.store.db,
    );
    expect(rows.map(({ handed }) => handed)).toEqual([
      ...Array<number>(24).fill(2),
      ...Array<number>(16).fill(1),
    ]);
  });

  it("have no more in hand of what a server of the version before wrote, whose tasks do not say that they are asked for at once", async () => {
    await beginRuns("flooding", 30);
    await services.store.db
      .updateTable("tasks")
      .set({ at_once: false })
      .where("status", "=", "queued")
      .execute();
    const all = await takeAll();
    expect(all).toHaveLength(8 * GROUP);
    await lease(all);
    await lease(await takeAll());
  });

  it("take turns where others come: whoever asks for much is not served before whoever asks for little", async () => {
    await beginRuns("flooding", 20);
    await beginRuns("modest", 6);
    const first = await takeAll();
    const order = await whose(first);
    expect(order).toHaveLength(2 * GROUP);
    for (let seat = 0; seat < 2 * GROUP; seat += 2)
      expect(order.slice(seat, seat + 2).sort()).toEqual(["flooding", "modest"]);
    await lease(first);
    const second = await takeAll();
    const of = async (name: Name) => (await whose(second)).filter((one) => one === name).length;
    expect([await of("flooding"), await of("modest")]).toEqual([GROUP, 4]);
    await lease(second);
  });

  it("whose batch fills its share are still served at once what they ask for at once", async () => {
    await services.store.db
      .updateTable("tasks")
      .set({ status: "cancelled", ended_at: new Date() })
      .where("status", "=", "queued")
      .execute();
    await submit(40, owners.flooding);
    await submit(40, owners.flooding);
    await submit(40, owners.modest);
    expect((await whose(await takeAll())).filter((name) => name === "flooding")).toHaveLength(GROUP);
    await beginRuns("flooding", 1);
    expect(await whose(await take())).toEqual(["flooding", "flooding"]);
  });

  it("whose batch fills its share are served at once what they put first", async () => {
    const { db } = services.store;
    const { uuid } = await db
      .selectFrom("batches")
      .select("uuid")
      .where("priority", ">", 0)
      .where("owner_uuid", "=", owners.flooding)
      .orderBy("created_at", "desc")
      .limit(1)
      .executeTakeFirstOrThrow();
    expect(await take()).toEqual([]);
    await setBatchPriority(db, uuid, 0);
    const first = await takeAll();
    const taken = await db
      .selectFrom("tasks")
      .select("batch_uuid")
      .where(
        "uuid",
        "in",
        first.map(({ taskUUID }) => taskUUID),
      )
      .execute();
    expect(taken.filter(({ batch_uuid }) => batch_uuid === uuid).length).toBeGreaterThanOrEqual(GROUP - 2);
  });
});
