import { randomUUID } from "node:crypto";
import type { NotNull } from "kysely";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { TaskUUID } from "../../src/contracts/ids.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { cancelRuns } from "../../src/store/cancel.ts";
import { revokeKey } from "../../src/store/keys.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { type Ask, asking, makeKey } from "./keyed-hosts.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";
import { openAuthenticated } from "./wire-socket.ts";

/* Owners, roles and limits at /v1. No worker runs: what is begun stays under way. */

const Answer = z.object({
  data: z.array(z.looseObject({ taskUUID: z.string() })).default([]),
  errors: z.array(z.looseObject({ taskUUID: z.string().optional(), code: z.string() })).default([]),
});
type Task = Record<string, unknown> & { readonly taskUUID: string };

let host: ServerHost;
let server: RunningServer;
let picture: string;
beforeAll(async () => {
  host = await openServerHost();
  await makeKey(host);
  server = await host.start({}, { host: "0.0.0.0" });
  picture = (await plainPicture()).toString("base64");
});
afterAll(() => host.stop());

const post = async (ask: Ask, ...tasks: Task[]) => {
  const response = await ask("/v1", {
    method: "POST",
    body: JSON.stringify(tasks),
    headers: { "content-type": "application/json" },
  });
  return { response, ...Answer.parse(await response.json()) };
};
const askAs = async (
  ...options: Parameters<typeof makeKey> extends [unknown, ...infer Rest] ? Rest : never
) => {
  const made = await makeKey(host, ...options);
  return { ...made, ask: asking(server.url, made.key) };
};
const upload = (): Task => ({ taskType: "imageUpload", taskUUID: randomUUID(), image: picture });
const masking = (inputImage: string, taskUUID: string = randomUUID()): Task => ({
  taskType: "imageMasking",
  taskUUID,
  model: "mediapipe_face_full",
  inputImage,
  deliveryMethod: "async",
});
const response = (taskUUID: string): Task => ({ taskType: "getResponse", taskUUID });
const details = (taskUUID: string): Task => ({ taskType: "getTaskDetails", taskUUID });

describe("of two owners at /v1", () => {
  let alice: Ask;
  let bob: Ask;
  let imageUUID: string;
  let imageURL: string;
  let task: Task;
  beforeAll(async () => {
    alice = (await askAs({ owner: "alice" })).ask;
    bob = (await askAs({ owner: "bob" })).ask;
    const { data } = await post(alice, upload());
    ({ imageUUID, imageURL } = z.object({ imageUUID: z.uuid(), imageURL: z.url() }).parse(data[0]));
    task = masking(imageUUID);
    expect((await post(alice, task)).data).toEqual([{ taskType: "imageMasking", taskUUID: task.taskUUID }]);
  });

  /** The same request about something that never was, in the same words but for the UUID. */
  const expectUnknown = async (make: (uuid: string) => Task, uuid: string) => {
    const never = randomUUID();
    const [hers, none] = [await post(bob, make(uuid)), await post(bob, make(never))];
    const anonymous = (errors: object[]) =>
      errors.map(({ message, ...error }: { message?: string; taskUUID?: string }) => ({
        ...error,
        taskUUID: "",
        message: message?.replaceAll(uuid, "").replaceAll(never, ""),
      }));
    expect(hers.errors).toHaveLength(1);
    expect(anonymous(hers.errors)).toEqual(anonymous(none.errors));
    expect([hers.response.status, hers.data]).toEqual([none.response.status, []]);
  };

  it("neither uses or deletes the other's picture", async () => {
    await expectUnknown((uuid) => masking(uuid), imageUUID);
    await expectUnknown(
      (media) => ({ taskType: "mediaStorage", taskUUID: randomUUID(), operation: "delete", media }),
      imageUUID,
    );
    expect((await post(alice, masking(imageUUID))).errors).toEqual([]);
  });

  it("each deletes their own, which the audit remembers", async () => {
    const { data } = await post(alice, upload());
    const media = String(data[0]?.["imageUUID"]);
    const deletion = { taskType: "mediaStorage", taskUUID: randomUUID(), operation: "delete", media };
    expect((await post(alice, deletion)).errors).toEqual([]);
    const rows = await host.services.store.db
      .selectFrom("audit as a")
      .innerJoin("owners as o", "o.uuid", "a.owner_uuid")
      .select(["a.actor", "a.action", "o.name"])
      .where("a.target", "=", media)
      .execute();
    expect(rows).toEqual([{ actor: "api", action: "picture.delete", name: "alice" }]);
  });

  it("neither learns of the other's tasks", async () => {
    await expectUnknown(response, task.taskUUID);
    await expectUnknown(details, task.taskUUID);
    const own = await post(alice, response(task.taskUUID), details(task.taskUUID));
    expect(own.errors).toEqual([]);
    expect(own.data).toMatchObject([{ status: "processing" }, { taskType: "getTaskDetails" }]);
  });

  it("each has taskUUIDs to themselves, so that neither can take or occupy the other's", async () => {
    const { data } = await post(bob, upload());
    const his = masking(String(data[0]?.["imageUUID"]), task.taskUUID);
    expect((await post(bob, his)).data).toEqual([{ taskType: "imageMasking", taskUUID: task.taskUUID }]);
    const both = await Promise.all([alice, bob].map((ask) => post(ask, details(task.taskUUID))));
    const inputs = both.map(({ data: [item] }) => JSON.stringify(item?.["request"]));
    expect(inputs[0]).toContain(imageUUID);
    expect(inputs[1]).toContain(his["inputImage"]);
    expect(inputs[1]).not.toContain(imageUUID);
    const runs = await host.services.store.db
      .selectFrom("api_tasks")
      .select("run_uuid")
      .where("task_uuid", "=", TaskUUID.parse(task.taskUUID))
      .execute();
    expect(new Set(runs.map((row) => row.run_uuid)).size).toBe(2);
  });

  it("neither fetches the other's picture by its address without the signature that makes it public", async () => {
    const bare = new URL(imageURL).pathname;
    expect((await alice(bare)).status).toBe(200);
    expect((await bob(bare)).status).toBe(404);
    expect((await fetch(new URL(bare, server.url))).status).toBe(401);
  });
});

describe("a key at /v1", () => {
  it("of a viewer asks for what there is and begins nothing", async () => {
    const { ask } = await askAs();
    const { data } = await post(ask, upload());
    const begun = masking(String(data[0]?.["imageUUID"]));
    await post(ask, begun);
    const viewer = (await askAs({ role: "viewer" })).ask;
    const answer = await post(viewer, response(begun.taskUUID), upload(), masking(begun.taskUUID));
    expect(answer.data).toMatchObject([{ taskUUID: begun.taskUUID, status: "processing" }]);
    expect(answer.errors.map(({ code }) => code)).toEqual(["forbidden", "forbidden"]);
    expect((await post(viewer, upload())).response.status).toBe(403);
  });

  it("has its tasks counted one by one, and each that is too many is told so by its taskUUID", async () => {
    const { ask } = await askAs({ limits: { requestsPerMinute: 3 } });
    const tasks = Array.from({ length: 5 }, upload);
    const { data, errors } = await post(ask, ...tasks);
    expect(data).toHaveLength(3);
    expect(errors.map(({ code }) => code)).toEqual(["rateLimitExceeded", "rateLimitExceeded"]);
    const named = [...data, ...errors].map(({ taskUUID }) => taskUUID);
    expect(named.sort()).toEqual(tasks.map(({ taskUUID }) => taskUUID).sort());
    const refused = await post(ask, upload());
    expect(refused.response.status).toBe(429);
    expect(Number(refused.response.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  });

  it("has so many tasks under way as it may, over all connections, and reads on beside them", async () => {
    const { key, ask } = await askAs({ limits: { concurrency: 2 } });
    const { data } = await post(ask, upload());
    const image = String(data[0]?.["imageUUID"]);
    const sync = () => ({ ...masking(image), deliveryMethod: "sync" });
    const url = `${server.url.replace("http", "ws")}/v1`;
    const sockets = [await openAuthenticated(url, key), await openAuthenticated(url, key)];
    const [first, second, third] = [sync(), sync(), sync()];
    sockets[0]?.send([first]);
    sockets[1]?.send([second]);
    for (const { taskUUID } of [first, second]) {
      let known = false;
      while (!known) known = (await post(ask, response(taskUUID))).errors.length === 0;
    }
    sockets[0]?.send([third]);
    expect(await sockets[0]?.next()).toMatchObject({
      errors: [{ code: "rateLimitExceeded", taskUUID: third.taskUUID, taskType: "imageMasking" }],
    });
    await Promise.all(sockets.map((socket) => socket.end()));
  });

  it("counts tasks that nobody waits for until they have ended", async () => {
    const { ask } = await askAs({ limits: { concurrency: 2 } });
    const image = String((await post(ask, upload())).data[0]?.["imageUUID"]);
    const [first, second] = [masking(image), masking(image)];
    for (const task of [first, second]) expect((await post(ask, task)).errors).toEqual([]);
    const refused = await post(ask, masking(image));
    expect(refused.errors).toMatchObject([{ code: "rateLimitExceeded" }]);
    expect([refused.response.status, refused.response.headers.get("retry-after")]).toEqual([429, "1"]);
    expect((await post(ask, response(first.taskUUID))).errors).toEqual([]);
    const { store } = host.services;
    const { run_uuid: run } = await store.db
      .selectFrom("api_tasks")
      .select("run_uuid")
      .where("task_uuid", "=", TaskUUID.parse(first.taskUUID))
      .$narrowType<{ run_uuid: NotNull }>()
      .executeTakeFirstOrThrow();
    await cancelRuns(store.db, LOCAL_OWNER, { runs: [run] });
    store.wakeUps.notify("cancelled");
    const third = masking(image);
    await vi.waitFor(async () => expect((await post(ask, third)).errors).toEqual([]), 60_000);
    expect((await post(ask, masking(image))).errors).toMatchObject([{ code: "rateLimitExceeded" }]);
  });

  it("loses its connection when it is revoked", async () => {
    const { id, key } = await askAs();
    const socket = await openAuthenticated(`${server.url.replace("http", "ws")}/v1`, key);
    const { store } = host.services;
    await revokeKey(store.db, id, "test");
    store.wakeUps.notify("keys");
    expect(await socket.closed).toBe(3000);
  });
});
