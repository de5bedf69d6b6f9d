import { expect, it } from "vitest";
import { untilAborted } from "../src/until-aborted.ts";

const ENDLESS = new Promise<never>(() => undefined);

it("work that nobody waits for any more is left at once, with the signal's reason", async () => {
  const leaving = new AbortController();
  let left = 0;
  const waiting = untilAborted(ENDLESS, leaving.signal, () => {
    left += 1;
  });
  leaving.abort("cancelled");
  await expect(waiting).rejects.toBe("cancelled");
  expect(left).toBe(1);
});

it("work is left as well where the signal has fired before", async () => {
  await expect(untilAborted(ENDLESS, AbortSignal.abort("cancelled"))).rejects.toBe("cancelled");
});

it("work that ends in time yields what it yields, and its failure is its failure", async () => {
  const { signal } = new AbortController();
  await expect(untilAborted(Promise.resolve(3), signal)).resolves.toBe(3);
  await expect(untilAborted(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
  await expect(untilAborted(Promise.resolve(4), undefined)).resolves.toBe(4);
});
