import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
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

async function submit(count: number): Promise<void> {
  const { store } = services;
  const batch = await openBatch(store, { ...TWO_MASKS, owner: LOCAL_OWNER, inputs: {}, interactive: false });
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
