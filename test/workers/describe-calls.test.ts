import { expect, it } from "vitest";
import { zoomsNatively } from "../../src/inpainting/providers/runware/runware-request.ts";
import { describeCalls } from "../../workers/tasks/describe-calls.ts";

const paid = {
  calls: 6,
  total: 0.0126,
  pictures: 2,
  maskMargin: 48,
  generation: { settings: { native: false } },
};
const api = { zoomsItself: zoomsNatively };

it("zooming here instead of by the API says what it cost, where that was more", () => {
  expect(describeCalls(api, paid)).toEqual([
    "native: false made 6 calls, one for each part of the mask, for $0.0126; native: true makes 2 calls",
  ]);
  expect(describeCalls(api, { ...paid, pictures: 1 })[0]).toMatch(/native: true makes 1 call$/);
});

it("it says nothing where there was no choice, or nothing to save", () => {
  expect(describeCalls(api, { ...paid, generation: {} })).toEqual([]);
  expect(describeCalls(api, { ...paid, calls: 2 })).toEqual([]);
  expect(describeCalls(api, { ...paid, maskMargin: undefined })).toEqual([]);
  expect(describeCalls({}, paid)).toEqual([]);
});
