import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FairQueue } from "../../../bench/simulation/fair-queue.ts";
import type { Run } from "../../../bench/simulation/run.ts";
import { aRun } from "./a-run.ts";

const takeAll = (queue: FairQueue): Run[] => {
  const taken: Run[] = [];
  for (let run = queue.take(); run !== undefined; run = queue.take()) taken.push(run);
  return taken;
};

describe("a fair queue", () => {
  it("hands out everything once, what is asked for at once before the rest, and of an owner the oldest first", () => {
    const task = fc.record({ owner: fc.nat(3), isAtOnce: fc.boolean() });
    fc.assert(
      fc.property(fc.array(task, { maxLength: 600 }), (tasks) => {
        const queue = new FairQueue();
        const runs = tasks.map(aRun);
        for (const run of runs) queue.add(run);
        expect(queue.waiting).toBe(runs.length);
        const taken = takeAll(queue);
        expect(new Set(taken)).toEqual(new Set(runs));
        expect(taken).toHaveLength(runs.length);
        expect(queue.waiting).toBe(0);
        const first = taken.findIndex(({ isAtOnce }) => !isAtOnce);
        expect(first === -1 ? [] : taken.slice(first).filter(({ isAtOnce }) => isAtOnce)).toEqual([]);
        for (const owner of [0, 1, 2, 3])
          for (const isAtOnce of [true, false]) {
            const own = (run: Run) => run.owner === owner && run.isAtOnce === isAtOnce;
            expect(taken.filter(own)).toEqual(runs.filter(own));
          }
      }),
      { numRuns: 50 },
    );
  });

  it("has whoever wants one thing wait for a share of whoever wants ten thousand", () => {
    const queue = new FairQueue();
    const one = aRun({ owner: 1 });
    queue.add(aRun({ owner: 2 }));
    for (let count = 0; count < 10_000; count += 1) queue.add(aRun({ owner: 0 }));
    queue.add(one);
    const before = takeAll(queue).indexOf(one);
    expect(before).toBeGreaterThan(96);
    expect(before).toBeLessThanOrEqual(129);
  });

  it("lets an owner who is alone have eight shares", () => {
    const queue = new FairQueue();
    const late = aRun({ owner: 1 });
    for (let count = 0; count < 10_000; count += 1) queue.add(aRun({ owner: 0 }));
    queue.add(late);
    const before = takeAll(queue).indexOf(late);
    expect(before).toBeGreaterThan(768);
    expect(before).toBeLessThanOrEqual(1_024);
  });
});
