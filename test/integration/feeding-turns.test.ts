import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { BatchUUID, OwnerUUID } from "../../src/contracts/ids.ts";
import { newBatchUUID } from "../../src/contracts/ids.ts";
import { beginBatch } from "../../src/runs/batches/begin-batch.ts";
import { startFeeding } from "../../src/runs/batches/start-feeding.ts";
import { makeKey } from "./keyed-hosts.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";

/** More than one process takes pictures in for at a time. */
const WAITING = 6;

let host: ServerHost;
let feeding: ReturnType<typeof startFeeding> | undefined;
beforeAll(async () => {
  host = await openServerHost();
});
afterAll(async () => {
  await feeding?.stop();
  await host?.stop();
});

async function ownerOf(name: string): Promise<OwnerUUID> {
  await makeKey(host, { owner: name, role: "operator" });
  const { db } = host.services.store;
  return (await db.selectFrom("owners").select("uuid").where("name", "=", name).executeTakeFirstOrThrow())
    .uuid;
}

async function begin(owner: OwnerUUID): Promise<BatchUUID> {
  const image = { owner, kind: "input", mediaType: "image/png", width: 64, height: 48 } as const;
  const { uuid } = await host.services.artifacts.save(await plainPicture(), image);
  const batchUUID = newBatchUUID();
  const wish = {
    workflow: "anonymize-faces",
    inputs: {},
    source: { pictures: [{ image: uuid, file: "a.png" }] },
  };
  await beginBatch(host.services, { owner, via: "api", key: null }, batchUUID, { ...wish, priority: 10 });
  return batchUUID;
}

it("batches that have to wait, for another day say, keep no other batch from being begun", async () => {
  const { db } = host.services.store;
  const [spent, other] = [await ownerOf("spent"), await ownerOf("other")];
  const waiting: BatchUUID[] = [];
  for (let at = 0; at < WAITING; at++) waiting.push(await begin(spent));
  await db.updateTable("owners").set({ runs_per_day: 0 }).where("uuid", "=", spent).execute();
  const last = await begin(other);
  feeding = startFeeding(host.services, { onError: (error) => expect(error).toBeNull(), pollMs: 20 });
  const runsOf = (batches: readonly BatchUUID[]) =>
    db.selectFrom("runs").select("uuid").where("batch_uuid", "in", batches).execute();
  await vi.waitFor(async () => expect(await runsOf([last])).toHaveLength(1), { timeout: 60_000 });
  expect(await runsOf(waiting)).toEqual([]);
  await db.updateTable("owners").set({ runs_per_day: null }).where("uuid", "=", spent).execute();
  await vi.waitFor(async () => expect(await runsOf(waiting)).toHaveLength(WAITING), { timeout: 60_000 });
});
