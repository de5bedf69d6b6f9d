import { describe, expect, it } from "vitest";
import { createChance, exponential } from "../../../bench/simulation/chance.ts";
import { Clock } from "../../../bench/simulation/clock.ts";
import { Database } from "../../../bench/simulation/database.ts";
import { Station, type StationParts } from "../../../bench/simulation/station.ts";
import { aRun } from "./a-run.ts";

/** Chance that somebody waits with so many servers and so much offered, by Erlang's formula C. */
function erlangC(servers: number, offered: number): number {
  let term = 1;
  let sum = 1;
  for (let count = 1; count < servers; count += 1) {
    term *= offered / count;
    sum += term;
  }
  const last = ((term * offered) / servers) * (servers / (servers - offered));
  return last / (sum + last);
}

function open(slots: number, parts: Partial<StationParts> = {}, commitsPerSecond = Number.POSITIVE_INFINITY) {
  const clock = new Clock();
  const chance = createChance(1);
  const ended: { outcome: string; waited: number; at: number }[] = [];
  const station = new Station(slots, {
    clock,
    chance,
    database: new Database(clock, commitsPerSecond),
    seconds: () => 1,
    onEnd: ({ waited }, outcome) => ended.push({ outcome, waited, at: clock.now }),
    ...parts,
  });
  return { clock, chance, station, ended };
}

describe("a station", () => {
  it.each([
    [1, 0.7],
    [4, 0.8],
    [16, 0.8],
  ])("of %i slots, %f of them in use, has its tasks wait as long as Erlang says", (slots, use) => {
    const { clock, chance, station, ended } = open(slots, { seconds: () => exponential(chance, 1) });
    const ask = () => {
      station.add(aRun({ askedAt: clock.now }));
      clock.after(exponential(chance, 1 / (slots * use)), ask);
    };
    ask();
    clock.runUntil(300_000 / (slots * use));
    const mean = ended.reduce((sum, { waited }) => sum + waited, 0) / ended.length;
    const expected = erlangC(slots, slots * use) / (slots * (1 - use));
    expect(Math.abs(mean / expected - 1)).toBeLessThan(0.05);
  });

  it("makes a task that failed again after the engine's own delay, and gives it up after three tries", () => {
    const { clock, station, ended } = open(1, { failing: 1 });
    station.add(aRun());
    clock.runUntil(1_000);
    /* Three seconds of work, and two delays of at most 1 and 2 s of which half is chance. */
    expect(ended.map(({ outcome }) => outcome)).toEqual(["failed"]);
    expect(ended[0]?.at).toBeGreaterThanOrEqual(4.5);
    expect(ended[0]?.at).toBeLessThanOrEqual(6);
  });

  it("has what a worker took with it done by another one when the lease has run out", () => {
    let works = 0;
    const { clock, station, ended } = open(2, {
      /* The first try is long enough to be lost for certain, others are not. */
      seconds: () => (works++ === 0 ? 1e9 : 1),
      vanishing: 1e9,
      startUp: 30,
    });
    station.add(aRun());
    clock.runUntil(2e9);
    expect(ended).toHaveLength(1);
    expect(ended[0]?.waited).toBeGreaterThanOrEqual(10);
    expect(ended[0]?.waited).toBeLessThanOrEqual(17);
  });

  it("does no more than the database commits", () => {
    const { clock, station, ended } = open(1_000, { seconds: () => 0 }, 10);
    for (let count = 0; count < 1_000; count += 1) station.add(aRun());
    clock.runUntil(1e6);
    /* A lease and a settlement each. */
    expect(Math.max(...ended.map(({ at }) => at))).toBeCloseTo(200, 5);
  });
});
