import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { queueWaitMs, spillCount } from "../../src/engine/spill.ts";

const MINUTE = 60_000;
const plenty = { slots: 1_000_000, tasks: 0 };

describe("what of a queue goes elsewhere", () => {
  it("is nothing as long as the last of it does not wait too long", () => {
    expect(spillCount({ waiting: 10, waitMs: 10 * MINUTE }, 10 * MINUTE, plenty)).toBe(0);
    expect(spillCount({ waiting: 0, waitMs: Number.POSITIVE_INFINITY }, MINUTE, plenty)).toBe(0);
    expect(queueWaitMs(1_000, 2, null)).toBe(0);
  });

  it("is what would wait longer, and all of it where nobody works", () => {
    expect(queueWaitMs(100, 2, 30_000)).toBe(25 * MINUTE);
    expect(spillCount({ waiting: 100, waitMs: 25 * MINUTE }, 10 * MINUTE, plenty)).toBe(60);
    expect(spillCount({ waiting: 7, waitMs: queueWaitMs(7, 0, 1) }, MINUTE, plenty)).toBe(7);
  });

  it("is no more than is begun with there soon", () => {
    const long = { waiting: 100, waitMs: 100 * MINUTE };
    expect(spillCount(long, MINUTE, { slots: 4, tasks: 0 })).toBe(8);
    expect(spillCount(long, MINUTE, { slots: 4, tasks: 5 })).toBe(3);
    expect(spillCount(long, MINUTE, { slots: 4, tasks: 20 })).toBe(0);
  });

  it("leaves what is begun with in time, whatever the pace", () => {
    const amount = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        fc.integer({ min: 1, max: 50 }),
        (waiting, taskMs, spillMs, slots) => {
          const waitMs = queueWaitMs(waiting, slots, taskMs);
          const staying = waiting - spillCount({ waiting, waitMs }, spillMs, plenty);
          expect(queueWaitMs(staying, slots, taskMs)).toBeLessThanOrEqual(Math.max(spillMs, 0) + 1e-6);
          /* And no more than that goes. */
          expect(queueWaitMs(staying + 1, slots, taskMs) > spillMs || staying === waiting).toBe(true);
        },
      ),
      { examples: [[70_858, 3, 9, 20]] },
    );
  });
});
