import { describe, expect, it } from "vitest";
import {
  createDecisionQueue,
  type Decided,
} from "../../../dashboard/src/pages/review/decide/decision-queue.ts";

const decided = (taskUUID: string, round = 1) =>
  ({ review: { taskUUID, round }, body: { decision: "accept", round } }) as Decided;

/** A queue whose time passes when a test says so. */
function makeQueue() {
  const sent: { uuid: string; end(error?: Error): void; isLast: boolean }[] = [];
  const timers = new Set<() => void>();
  const failed: string[] = [];
  const queue = createDecisionQueue({
    send: ({ review }, isLast) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error === undefined ? resolve(null) : reject(error));
        sent.push({ uuid: review.taskUUID, end, isLast });
      }),
    onFailed: ({ review }, error) => failed.push(`${review.taskUUID}: ${(error as Error).message}`),
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

describe("decisions on their way", () => {
  it("are held for a while, and hide what they are about at once", () => {
    const { queue, sent, pass } = makeQueue();
    queue.add([decided("a")]);
    expect([queue.read().hidden.has("a 1"), sent.length]).toEqual([true, 0]);
    pass();
    expect(sent.map(({ uuid }) => uuid)).toEqual(["a"]);
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
    expect(sent.map(({ uuid }) => uuid)).toEqual(["a"]);
  });

  it("show again what the server refused, with its reason, and stay hidden otherwise", async () => {
    const { queue, sent, failed, pass, settle } = makeQueue();
    queue.add([decided("a"), decided("b")]);
    pass();
    sent[0]?.end(new Error("its time is up"));
    sent[1]?.end();
    await settle();
    expect(failed).toEqual(["a: its time is up"]);
    expect([...queue.read().hidden]).toEqual(["b 1"]);
  });

  it("are sent a few at a time, and all at once where the page is left", async () => {
    const { queue, sent, pass, settle } = makeQueue();
    queue.add(Array.from({ length: 9 }, (_, at) => decided(String(at))));
    pass();
    expect([sent.length, queue.read().sending]).toEqual([4, 9]);
    sent[0]?.end();
    await settle();
    expect(sent).toHaveLength(5);
    queue.add([decided("last")]);
    queue.flush(true);
    expect([sent.length, sent.at(-1)?.uuid, sent.at(-1)?.isLast]).toEqual([10, "last", true]);
  });

  it("are about one showing: what is shown again is there again", () => {
    const { queue } = makeQueue();
    queue.add([decided("a", 1)]);
    expect([queue.read().hidden.has("a 1"), queue.read().hidden.has("a 2")]).toEqual([true, false]);
  });
});
