import { expect, it } from "vitest";
import { createSessionCache } from "../../src/onnx/session-cache.ts";
import { loadedAdding } from "./small-model.ts";

it("makes a session once and keeps it", async () => {
  const cache = createSessionCache(2);
  const [a, b] = [loadedAdding(1), loadedAdding(2)];
  const first = await cache.get(a);
  expect(await cache.get(b)).not.toBe(first);
  expect(await cache.get(a)).toBe(first);
});

it("gives up the session that was not used for the longest time", async () => {
  const cache = createSessionCache(2);
  const [a, b, c] = [loadedAdding(1), loadedAdding(2), loadedAdding(3)];
  const sessionA = await cache.get(a);
  const sessionB = await cache.get(b);
  await cache.get(a);
  await cache.get(c);
  expect(await cache.get(a)).toBe(sessionA);
  expect(await cache.get(b)).not.toBe(sessionB);
});
