import { describe, expect, it } from "vitest";
import { createDecisionQueue } from "../../../dashboard/src/pages/review/decide/decision-queue.ts";
import type { Decided } from "../../../dashboard/src/pages/review/decide/decision-sender.ts";

const decided = (taskUUID: string, round = 1) =>
  ({ review: { taskUUID, round }, body: { decision: "accept", round } }) as Decided;

/** A queue whose time passes when a test says so. */
function makeQueue() {
  const sent: {
    uuids: string[];
    end(results?: readonly (Error | null)[] | Error): void;
    isLast: boolean;
  }[] = [];
  const timers = new Set<() => void>();
  const failed: string[] = [];
  const queue = createDecisionQueue({
    send: (part, isLast) =>
      new Promise((resolve, reject) => {
        const end = (results: readonly (Error | null)[] | Error = part.map(() => null)) =>
          results instanceof Error ? reject(results) : resolve(results);
        sent.push({ uuids: part.map(({ review }) => review.taskUUID), end, isLast });
      }),
    onFailed: (refused, error) =>
      failed.push(`${refused.map(({ review }) => review.taskUUID)}: ${(error as Error).message}`),
    schedule(task) {
      timers.add(task);
      return () => timers.delete(task);
    },
  });
  const pass = () => {
    for (const task of [...timers]) {
      timers.delete(task);
      task();
    }
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { queue, sent, failed, pass, settle };
}

const many = (count: number) => Array.from({ length: count }, (_, at) => decided(String(at)));

describe("decisions on their way", () => {
  it("are held for a while, and hide what they are about at once", () => {
    const { queue, sent, pass } = makeQueue();
    queue.add([decided("a")]);
    expect([queue.read().hidden.has("a 1"), sent.length]).toEqual([true, 0]);
    pass();
    expect(sent.map(({ uuids }) => uuids)).toEqual([["a"]]);
    expect(queue.read()).toMatchObject({ held: [], sending: 1 });
  });

  it("are taken back last first, those that were made together at once, and never once they are sent", () => {
    const { queue, sent, pass } = makeQueue();
    queue.add([decided("a")]);
    queue.add([decided("b"), decided("c")]);
    expect(queue.undo().map(({ review }) => review.taskUUID)).toEqual(["b", "c"]);
    expect([...queue.read().hidden]).toEqual(["a 1"]);
    pass();
    expect(queue.undo()).toEqual([]);
    expect(sent.map(({ uuids }) => uuids)).toEqual([["a"]]);
  });

  it("show again what the server refused, told once for each reason, and stay hidden otherwise", async () => {
    const { queue, sent, failed, pass, settle } = makeQueue();
    queue.add(["a", "b", "c", "d"].map((uuid) => decided(uuid)));
    pass();
    sent[0]?.end([new Error("its time is up"), null, new Error("its time is up"), new Error("it is gone")]);
    await settle();
    expect(failed).toEqual(["a,c: its time is up", "d: it is gone"]);
    expect([...queue.read().hidden]).toEqual(["b 1"]);
    queue.add([decided("e"), decided("f")]);
    pass();
    sent[1]?.end(new Error("no answer"));
    await settle();
    expect(failed.at(-1)).toBe("e,f: no answer");
    expect([...queue.read().hidden]).toEqual(["b 1"]);
  });

  it("go a hundred at a time, two requests at once, and those that an answer leaves out go again", async () => {
    const { queue, sent, pass, settle } = makeQueue();
    queue.add(many(250));
    pass();
    expect([sent.map(({ uuids }) => uuids.length), queue.read().sending]).toEqual([[100, 100], 250]);
    sent[0]?.end(Array.from({ length: 40 }, () => null));
    await settle();
    expect(sent[2]?.uuids).toEqual(
      many(250)
        .slice(40, 100)
        .concat(many(250).slice(200, 240))
        .map(({ review }) => review.taskUUID),
    );
    expect(queue.read().sending).toBe(210);
  });

  it("with a mask go alone", () => {
    const { queue, sent, pass } = makeQueue();
    const drawn = {
      ...decided("drawn"),
      body: { decision: "editMask", maskImage: "m", round: 1 },
    } as Decided;
    queue.add([decided("a"), decided("b"), drawn, decided("c")]);
    pass();
    expect(sent.map(({ uuids }) => uuids)).toEqual([["a", "b"], ["drawn"]]);
    queue.flush(true);
    expect(sent.map(({ uuids }) => uuids)).toEqual([["a", "b"], ["drawn"], ["c"]]);
  });

  it("are all sent at once where the page is left, in one request that outlives it", () => {
    const { queue, sent, pass } = makeQueue();
    queue.add(many(300));
    pass();
    queue.add([decided("last")]);
    queue.flush(true);
    expect(sent.map(({ uuids, isLast }) => [uuids.length, isLast])).toEqual([
      [100, false],
      [100, false],
      [101, true],
    ]);
    expect(queue.read().held).toEqual([]);
  });

  it("are about one showing: what is shown again is there again", () => {
    const { queue } = makeQueue();
    queue.add([decided("a", 1)]);
    expect([queue.read().hidden.has("a 1"), queue.read().hidden.has("a 2")]).toEqual([true, false]);
  });
});
