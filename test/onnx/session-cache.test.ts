import { expect, it } from "vitest";
import { createSessionCache } from "../../src/onnx/session-cache.ts";
import { loadedAdding } from "./small-model.ts";

/** A session of a tiny model is reckoned with some eight megabytes. */
const room = (sessions: number) => ({ providers: ["cpu" as const], bytes: sessions * 9 * 1024 ** 2 });

it("makes a session once and keeps it", async () => {
  const cache = createSessionCache(room(2));
  const [a, b] = [loadedAdding(1), loadedAdding(2)];
  const { session: first } = await cache.get(a);
  expect((await cache.get(b)).session).not.toBe(first);
  expect((await cache.get(a)).session).toBe(first);
});

it("gives up the session that was not used for the longest time", async () => {
  const cache = createSessionCache(room(2));
  const [a, b, c] = [loadedAdding(1), loadedAdding(2), loadedAdding(3)];
  const { session: sessionA } = await cache.get(a);
  const { session: sessionB } = await cache.get(b);
  await cache.get(a);
  await cache.get(c);
  expect((await cache.get(a)).session).toBe(sessionA);
  expect((await cache.get(b)).session).not.toBe(sessionB);
});

it("keeps more small models than a count would, as long as they fit", async () => {
  const cache = createSessionCache(room(12));
  const models = Array.from({ length: 12 }, (_, number) => loadedAdding(number));
  const sessions = [];
  for (const model of models) sessions.push((await cache.get(model)).session);
  for (const [at, model] of models.entries()) expect((await cache.get(model)).session).toBe(sessions[at]);
});

it("gives up others for one that has grown with large tensors, and keeps that one however large", async () => {
  const cache = createSessionCache(room(3));
  const [a, b] = [loadedAdding(1), loadedAdding(2)];
  const { session: sessionA } = await cache.get(a);
  const { session: sessionB } = await cache.get(b);
  await cache.noteRun(b, 1000);
  expect((await cache.get(a)).session).toBe(sessionA);
  await cache.get(b);
  await cache.noteRun(b, 100 * 1024 ** 2);
  expect((await cache.get(b)).session).toBe(sessionB);
  expect((await cache.get(a)).session).not.toBe(sessionA);
});

it("runs on the CPU where a provider cannot be had, and says which and why", async () => {
  const cache = createSessionCache({ ...room(2), providers: ["dml", "coreml", "cpu"] });
  const { session, refused } = await cache.get(loadedAdding(1));
  expect(session.inputNames).toEqual(["image"]);
  /* Neither Windows nor macOS has both. */
  expect(refused.length).toBeGreaterThan(0);
  for (const { provider, reason } of refused) {
    expect(["dml", "coreml"]).toContain(provider);
    expect(reason).not.toBe("");
  }
  expect((await cache.get(loadedAdding(1))).refused).toEqual([]);
});
