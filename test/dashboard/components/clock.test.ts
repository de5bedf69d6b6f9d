import { afterEach, expect, it, vi } from "vitest";
import { noteServerTime, serverNow } from "../../../dashboard/src/components/clock.ts";

afterEach(() => vi.useRealTimers());

it("goes by the server where its clock is another one, and by the machine where both say the same", () => {
  vi.useFakeTimers({ now: 1_000_000 });
  expect(serverNow()).toBe(1_000_000);
  noteServerTime(1_000_000 + 3 * 60_000);
  vi.advanceTimersByTime(5_000);
  expect(serverNow()).toBe(1_005_000 + 3 * 60_000);
  noteServerTime(1_005_000 - 40_000);
  expect(serverNow()).toBe(965_000);
  noteServerTime(1_005_000 - 800); // as long as a message may take
  expect(serverNow()).toBe(1_005_000);
});
