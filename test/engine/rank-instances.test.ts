import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  expectedWaitMs,
  type GroupQueue,
  type InstanceLoad,
  MODEL_DWELL_MS,
  rankInstances,
} from "../../src/engine/rank-instances.ts";

const idle: Omit<InstanceLoad, "id"> = {
  slots: 1,
  underWayMs: [],
  lastModel: null,
  changedAgoMs: null,
  callMs: 5_000,
  failedAgoMs: null,
  restMs: 0,
  spillMs: null,
};
const one = (id: string, more: Partial<InstanceLoad> = {}): InstanceLoad => ({ id, ...idle, ...more });
const queue = (more: Partial<GroupQueue> = {}): GroupQueue => ({
  waiting: new Map(),
  backlog: new Map(),
  callsPerTask: 1,
  changeMs: 10_000,
  ...more,
});
const ids = (...args: Parameters<typeof rankInstances>) => rankInstances(...args).map(({ id }) => id);

describe("which instance of a group a call goes to", () => {
  it("the free one that had its model last, before one that had another", () => {
    const all = [one("a", { lastModel: "n" }), one("b", { lastModel: "m" }), one("c")];
    expect(ids("m", all, queue())[0]).toBe("b");
  });

  it("one that will be done sooner than another one would have loaded the model", () => {
    const all = [one("a", { lastModel: "n" }), one("b", { lastModel: "m", underWayMs: [3_000] })];
    expect(rankInstances("m", all, queue())[0]).toEqual({ id: "b", waitMs: 2_000, isFree: false });
    const slow = [all[0] as InstanceLoad, one("b", { lastModel: "m", callMs: 40_000, underWayMs: [3_000] })];
    expect(ids("m", slow, queue())[0]).toBe("a");
  });

  it("another one that is idle, where many wait for the one that has its model", () => {
    const all = [one("a", { lastModel: "n" }), one("b", { lastModel: "m", underWayMs: [3_000] })];
    expect(ids("m", all, queue({ backlog: new Map([["m", 9]]) }))[0]).toBe("a");
  });

  it("none whose model others in hand want, while somebody has its own", () => {
    const all = [one("a", { lastModel: "n" }), one("b", { lastModel: "m", underWayMs: [0] })];
    expect(ids("m", all, queue({ waiting: new Map([["n", 1]]) }))).toEqual(["b"]);
  });

  it("where nobody has its model, one that others want all the same, once a minute", () => {
    const wanted = queue({ waiting: new Map([["n", 3]]) });
    const dwelling = one("a", { lastModel: "n", changedAgoMs: MODEL_DWELL_MS - 1 });
    expect(ids("m", [dwelling], wanted)).toEqual([]);
    expect(ids("m", [{ ...dwelling, changedAgoMs: MODEL_DWELL_MS }], wanted)).toEqual(["a"]);
    expect(ids("m", [{ ...dwelling, changedAgoMs: null }], wanted)).toEqual(["a"]);
  });

  it("any that is free, where nothing has to be loaded", () => {
    const all = [one("a", { lastModel: "m", underWayMs: [0] }), one("b", { lastModel: "n" })];
    const all2 = queue({ changeMs: 0, waiting: new Map([["n", 5]]) });
    expect(ids("m", all, all2)).toEqual(["b", "a"]);
  });

  it("one that was not there a moment ago last", () => {
    const all = [one("a", { lastModel: "m", failedAgoMs: 1_000 }), one("b", { underWayMs: [0] })];
    expect(ids("m", all, queue())).toEqual(["b", "a"]);
    const later = [one("a", { lastModel: "m", failedAgoMs: 60_000 }), one("b")];
    expect(ids("m", later, queue())[0]).toBe("a");
  });

  it("one that is paid for spilling only while the others make tasks wait longer than it says", () => {
    const home = one("home", { lastModel: "m", underWayMs: [0] });
    const paid = one("paid", { spillMs: 600_000 });
    /* 5 s each, one after the other: 120 of them are ten minutes. */
    const behind = (count: number) => queue({ changeMs: 0, backlog: new Map([["m", count]]) });
    expect(ids("m", [home, paid], behind(120))).toEqual(["home"]);
    expect(ids("m", [home, paid], behind(121))).toEqual(["paid", "home"]);
    expect(ids("m", [{ ...home, restMs: 5_000 }, paid], behind(0))).toEqual(["paid"]);
    /* As long as nothing is known of the pace, nothing is spent. */
    expect(ids("m", [{ ...home, callMs: null }, paid], behind(10_000))).toEqual(["home"]);
  });

  it("waiting is what stands before it at the pace of those that are up, each with all its slots", () => {
    const all = [one("a", { slots: 2 }), one("b", { callMs: 10_000 }), one("c", { restMs: 5_000 })];
    /* Two in 5 s and one in 10 s: one every 2 s. */
    expect(
      expectedWaitMs(
        all,
        queue({
          backlog: new Map([
            ["m", 30],
            ["n", 20],
          ]),
        }),
      ),
    ).toBeCloseTo(100_000);
    expect(expectedWaitMs(all, queue({ backlog: new Map([["m", 50]]), callsPerTask: 3 }))).toBeCloseTo(
      300_000,
    );
  });

  const model = fc.constantFrom("m", "n", "o");
  const load = fc.record({
    slots: fc.integer({ min: 1, max: 4 }),
    underWayMs: fc.array(fc.nat(60_000), { maxLength: 5 }),
    lastModel: fc.option(model),
    changedAgoMs: fc.option(fc.nat(200_000)),
    callMs: fc.option(fc.nat(60_000)),
    failedAgoMs: fc.option(fc.nat(60_000)),
    restMs: fc.constantFrom(0, 5_000),
    spillMs: fc.option(fc.nat(1_000_000)),
  });
  const loads = fc
    .array(load, { minLength: 1, maxLength: 6 })
    .map((all) => all.map((each, at): InstanceLoad => ({ id: `i${at}`, ...each })));
  const counts = fc
    .array(fc.tuple(model, fc.nat(50)), { maxLength: 3 })
    .map((all): ReadonlyMap<string, number> => new Map(all));
  const queues = fc.record({
    waiting: counts,
    backlog: counts,
    callsPerTask: fc.integer({ min: 1, max: 5 }),
    changeMs: fc.constantFrom(0, 10_000),
  });

  it("is never one that rests, never one twice, and a free one with the model is never passed over for one without", () => {
    fc.assert(
      fc.property(model, loads, queues, (wanted, all, waiting) => {
        const ranked = rankInstances(wanted, all, waiting);
        const found = ranked.map(({ id }) => all.find((each) => each.id === id));
        expect(new Set(found).size).toBe(ranked.length);
        expect(found.every((each) => each?.restMs === 0)).toBe(true);
        const well = found.filter((each) => each?.failedAgoMs === null);
        const free = well.filter((each) => each !== undefined && each.underWayMs.length < each.slots);
        const hasModel = free.some((each) => each?.lastModel === wanted);
        if (hasModel && waiting.changeMs > 0) expect(free[0]?.lastModel).toBe(wanted);
      }),
    );
  });

  it("is somebody, wherever one is up that takes part always and nobody in hand waits for what it has", () => {
    fc.assert(
      fc.property(model, loads, queues, (wanted, all, waiting) => {
        const free = all.filter(
          ({ restMs, spillMs, lastModel }) =>
            restMs === 0 && spillMs === null && (waiting.waiting.get(lastModel ?? "") ?? 0) === 0,
        );
        const ranked = rankInstances(wanted, all, waiting).map(({ id }) => id);
        for (const { id } of free) expect(ranked).toContain(id);
      }),
    );
  });

  it("does not depend on the order in which they are told", () => {
    fc.assert(
      fc.property(model, loads, queues, (wanted, all, waiting) => {
        const waits = (given: readonly InstanceLoad[]) =>
          rankInstances(wanted, given, waiting).map(({ waitMs }) => waitMs);
        expect(waits(all.toReversed())).toEqual(waits(all));
      }),
    );
  });
});

/** Calls that are begun whenever the ranking lets them, second by second. */
function play(tasks: readonly string[], names: readonly string[], inHand: number) {
  const boxes = names.map((id) => ({
    id,
    model: null as string | null,
    changed: -1e9,
    doneAt: 0,
    begun: -1,
  }));
  const left = [...tasks];
  const hand: string[] = [];
  let changes = 0;
  let now = 0;
  for (; left.length + hand.length > 0 && now < 100_000; now++) {
    while (hand.length < inHand && left.length > 0) hand.push(left.shift() as string);
    for (const task of [...hand]) {
      const waiting = countOf(hand);
      const backlog = countOf([...hand, ...left]);
      const loads = boxes.map(({ id, model, changed, doneAt, begun }) =>
        one(id, {
          lastModel: model,
          changedAgoMs: changed < -1e8 ? null : (now - changed) * 1000,
          underWayMs: doneAt > now ? [(now - begun) * 1000] : [],
        }),
      );
      const [best] = rankInstances(task, loads, { waiting, backlog, callsPerTask: 1, changeMs: 10_000 });
      const box = best?.isFree ? boxes.find(({ id }) => id === best.id) : undefined;
      if (box === undefined) continue;
      const isChange = box.model !== task;
      if (isChange) {
        changes += 1;
        box.changed = now;
      }
      box.model = task;
      box.begun = now;
      box.doneAt = now + 5 + (isChange ? 10 : 0);
      hand.splice(hand.indexOf(task), 1);
    }
  }
  return { seconds: now, changes };
}

const countOf = (models: readonly string[]): ReadonlyMap<string, number> =>
  models.reduce((map, name) => map.set(name, (map.get(name) ?? 0) + 1), new Map<string, number>());

describe("a whole batch by that choice", () => {
  it("with one model is shared by all instances, each of which loads it once", () => {
    const { seconds, changes } = play(Array(60).fill("m"), ["a", "b", "c"], 6);
    expect(changes).toBe(3);
    /* 20 calls each of 5 s after one that loads. */
    expect(seconds).toBeLessThan(60 * 5 * 0.45);
  });

  it("with two models in turns keeps each on its own instance", () => {
    const tasks = Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? "m" : "n"));
    expect(play(tasks, ["a", "b"], 4)).toMatchObject({ changes: 2 });
  });

  it("with more models than instances still ends, and changes models far more seldom than once a call", () => {
    const tasks = Array.from({ length: 90 }, (_, at) => ["m", "n", "o"][at % 3] as string);
    const { seconds, changes } = play(tasks, ["a", "b"], 6);
    expect(seconds).toBeLessThan(100_000);
    expect(changes).toBeLessThan(30);
  });
});
