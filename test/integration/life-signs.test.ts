import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WorkerList } from "../../src/contracts/overview.ts";
import { startLifeSigns } from "../../workers/life-signs.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";

let host: ServerHost;
let url: string;
beforeAll(async () => {
  host = await openServerHost();
  ({ url } = await host.start());
});
afterAll(() => host.stop());

const list = async () => WorkerList.parse(await (await fetch(new URL("/api/workers", url))).json()).workers;
const self = { id: "here-1", host: "here", pid: 1, version: "1.2.3", concurrency: { masking: 2 } };

it("a worker is seen with its first sign of life, drains where everybody sees it, and is gone when it ends", async () => {
  const errors: unknown[] = [];
  const signs = startLifeSigns(host.services.store, self, (error) => errors.push(error));
  await signs.first;
  expect(await list()).toMatchObject([{ id: "here-1", isAlive: true, isDraining: false }]);
  signs.drain();
  await expect.poll(list).toMatchObject([{ id: "here-1", isDraining: true }]);
  signs.drain();
  await signs.end();
  expect(await list()).toEqual([]);
  expect(errors).toEqual([]);
});

it("a worker ends although the database does not answer", async () => {
  const { store } = host.services;
  const signs = startLifeSigns(store, self, () => undefined);
  await signs.first;
  await store.db.transaction().execute(async (transaction) => {
    await sql`lock table workers in access exclusive mode`.execute(transaction);
    signs.drain();
    await signs.end();
  });
  await expect.poll(list).toEqual([]);
});
