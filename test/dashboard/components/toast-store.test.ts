import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  hideToast,
  holdToasts,
  readToasts,
  showToast,
} from "../../../dashboard/src/components/toast-store.ts";

const LONG = 60_000;
const shown = () => readToasts().map(({ text }) => text);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  holdToasts(false);
  for (const { id } of readToasts()) hideToast(id);
  vi.useRealTimers();
});

it("takes away by itself what went well, and leaves what did not until it is dismissed", () => {
  showToast({ tone: "good", text: "Cancelled." });
  showToast({ tone: "bad", text: "a.png was not cancelled: it had ended" });
  vi.advanceTimersByTime(LONG);
  expect(shown()).toEqual(["a.png was not cancelled: it had ended"]);
  const [failure] = readToasts();
  hideToast(failure?.id ?? 0);
  expect(shown()).toEqual([]);
});

it("takes nothing away while somebody is at it", () => {
  showToast({ tone: "good", text: "Tagged." });
  holdToasts(true);
  vi.advanceTimersByTime(LONG);
  expect(shown()).toEqual(["Tagged."]);
  holdToasts(false);
  vi.advanceTimersByTime(LONG);
  expect(shown()).toEqual([]);
});

it("shows the last three", () => {
  for (const text of ["1", "2", "3", "4"]) showToast({ tone: "bad", text });
  expect(shown()).toEqual(["2", "3", "4"]);
});
