import { describe, expect, it } from "vitest";
import { batchSeconds, narrowestQueue } from "../../../src/runs/estimates/batch-seconds.ts";

const atOnce = new Map([
  ["masking", 2],
  ["inpainting-local", 1],
  ["outside", 8],
]);
const stepAt = (queue: string) => ({
  provider: null,
  model: null,
  modelDigest: "",
  queue,
  seeded: false,
  fields: {},
});

describe("how long a batch takes", () => {
  it("is what its slowest queue takes; what is not in its steps makes it no shorter", () => {
    expect(batchSeconds(100, { masking: 2 }, atOnce)).toBe(100);
    expect(batchSeconds(100, { masking: 2, outside: 0.1 }, atOnce)).toBe(100);
    expect(batchSeconds(100, { masking: 2, "inpainting-local": 3 }, atOnce)).toBe(300);
  });

  it("is told one at a time of a queue that nobody serves", () => {
    expect(batchSeconds(10, { "inpainting-gone": 3 }, atOnce)).toBe(30);
  });

  it("goes by the narrowest queue of its steps", () => {
    const resolved = { steps: { faces: stepAt("masking"), send: stepAt("outside"), look: stepAt("people") } };
    expect(narrowestQueue(resolved, atOnce)).toBe(2);
    expect(narrowestQueue({ steps: { look: stepAt("people") } }, atOnce)).toBe(0);
  });
});
