import { describe, expect, it } from "vitest";
import { newBatchUUID, newRunUUID } from "../../../src/contracts/ids.ts";
import { createRunSample } from "../../../workers/records/run-sample.ts";

describe("which runs are recorded in detail", () => {
  it("are the first of each batch, with all of their tasks", () => {
    const isSampled = createRunSample(2);
    const batchUUID = newBatchUUID();
    const runs = Array.from({ length: 4 }, () => ({ batchUUID, runUUID: newRunUUID() }));
    const met = [0, 1, 0, 2, 1, 3, 0].flatMap((at) => runs[at] ?? []);
    expect(met.map(isSampled)).toEqual([true, true, true, false, true, false, true]);
    expect(isSampled({ batchUUID: newBatchUUID(), runUUID: newRunUUID() })).toBe(true);
  });

  it("are none where none are asked for", () => {
    const isSampled = createRunSample(0);
    expect(isSampled({ batchUUID: newBatchUUID(), runUUID: newRunUUID() })).toBe(false);
  });
});
