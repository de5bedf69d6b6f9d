import { expect, it, vi } from "vitest";
import { keepAnswer } from "../../../src/runs/calls/keep-answer.ts";

const full = Object.assign(new Error("no room"), { code: "ENOSPC" });

it("tries again to keep an answer, and says so each time", async () => {
  const keep = vi.fn(async () => ({ image: "kept" })).mockRejectedValueOnce(full);
  const onKeepRetry = vi.fn();
  const signal = new AbortController().signal;
  expect(await keepAnswer(keep, { signal, onKeepRetry })).toEqual({ image: "kept" });
  expect(onKeepRetry.mock.calls).toEqual([[full, expect.any(Number)]]);
});

it("stops trying when nobody waits any more, and tells what it failed at", async () => {
  const keep = vi.fn(() => Promise.reject(full));
  const leaving = new AbortController();
  const onKeepRetry = () => leaving.abort();
  await expect(keepAnswer(keep, { signal: leaving.signal, onKeepRetry })).rejects.toBe(full);
  expect(keep).toHaveBeenCalledTimes(1);
});
