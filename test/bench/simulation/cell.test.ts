import { describe, expect, it } from "vitest";
import { Cell, type CellPlan } from "../../../bench/simulation/cell.ts";
import { divide } from "../../../bench/simulation/cells.ts";
import { rulesFor } from "../../../bench/simulation/sizes.ts";

const HOUR = 3_600;
const PLAN: CellPlan = {
  seed: 3,
  owners: divide(100_000).hottest,
  rules: rulesFor(100_000),
  from: 9 * HOUR,
  measured: 9 * HOUR,
  to: 15 * HOUR,
};

function outcome(plan: Partial<CellPlan> = {}) {
  const cell = new Cell({ ...PLAN, ...plan });
  cell.run();
  const { tally } = cell;
  const waits = [...tally.single.local, ...tally.single.remote];
  return { ended: tally.ended, waits, workers: tally.gauges.get("inpainting") ?? [] };
}

describe("a simulated cell", () => {
  it("does the same again with the same seed, and something else with another one", () => {
    expect(outcome()).toEqual(outcome());
    expect(outcome({ seed: 4 }).ended).not.toBe(outcome().ended);
  });

  it("does nothing while its database is away, and everything afterwards", () => {
    const outage = { from: 10 * HOUR, to: 11 * HOUR };
    const { waits } = outcome({ outage });
    const asked = waits.filter(({ askedAt }) => askedAt >= outage.from && askedAt < outage.to);
    expect(asked.length).toBeGreaterThan(100);
    for (const { askedAt, waited } of asked) expect(askedAt + waited).toBeGreaterThanOrEqual(outage.to);
  });

  it("does all pictures of a batch, each once, with no more of them under way than the feed allows", () => {
    const { ended, workers } = outcome({ only: 5_000, from: 0, measured: 0, to: 24 * HOUR });
    expect(ended).toBe(5_000);
    /* 64 under way: eight that wait for each of two slots' worker, and what is in hand. */
    expect(Math.max(...workers)).toBeLessThanOrEqual(8);
  });
});
