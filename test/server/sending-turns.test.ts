import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSendingTurns } from "../../src/server/sending-turns.ts";

const PATIENCE = { windowMs: 1_000, leastBytes: 100, soonWindows: 3, mostWindows: 40 };
/** Of which no sender of a test is ever done by its pace. */
const ENDLESS = 1e9;

describe("turns of those who send much", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const open = (most: number) => {
    const turns = createSendingTurns(most, PATIENCE);
    const join = (client = "somebody", owed = ENDLESS) => {
      const sender = { bytes: 0, isSending: false, wasTurnedAway: false };
      const turn = turns.take({
        client,
        owed,
        received: () => sender.bytes,
        onTooSlow: () => {
          sender.wasTurnedAway = true;
        },
      });
      void turn.begun.then(() => {
        sender.isSending = true;
      });
      return Object.assign(sender, { end: turn.end });
    };
    const states = async (...senders: ReturnType<typeof join>[]) => {
      await vi.advanceTimersByTimeAsync(0);
      return senders.map(({ isSending, wasTurnedAway }) =>
        wasTurnedAway ? "away" : isSending ? "sends" : "waits",
      );
    };
    return { join, states };
  };

  it("are so many, and go to the next in the order of arrival as each ends", async () => {
    const { join, states } = open(2);
    const [a, b, c, d] = [join(), join(), join(), join()];
    expect(await states(a, b, c, d)).toEqual(["sends", "sends", "waits", "waits"]);
    b.end();
    b.end();
    expect(await states(c, d)).toEqual(["sends", "waits"]);
    a.end();
    expect(await states(d)).toEqual(["sends"]);
  });

  it("are lost by who dribbles while another one waits, and kept by who sends", async () => {
    const { join, states } = open(2);
    const [slow, quick, next] = [join(), join("somebody", 200), join()];
    for (let tenth = 0; tenth < 10; tenth++) {
      slow.bytes += 9;
      quick.bytes += 10;
      expect(await states(slow, quick, next)).toEqual(["sends", "sends", "waits"]);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(await states(slow, quick, next)).toEqual(["away", "sends", "sends"]);
  });

  it("are kept by who dribbles while nobody waits, but not for ever", async () => {
    const { join, states } = open(1);
    const slow = join();
    await vi.advanceTimersByTimeAsync(PATIENCE.windowMs * (PATIENCE.mostWindows - 1));
    expect(await states(slow)).toEqual(["sends"]);
    await vi.advanceTimersByTimeAsync(PATIENCE.windowMs);
    expect(await states(slow)).toEqual(["away"]);
  });

  /** All that is sent within some windows: each sender brings so many bytes a window, in ten parts. */
  const send = async (windows: number, ...senders: (readonly [{ bytes: number }, number])[]) => {
    for (let tenth = 0; tenth < windows * 10; tenth++) {
      for (const [sender, pace] of senders) sender.bytes += pace / 10;
      await vi.advanceTimersByTimeAsync(PATIENCE.windowMs / 10);
    }
  };

  it("are lost, one a window, by those who would take longest while somebody waits, but not by who is soon done", async () => {
    const { join, states } = open(3);
    const [long, soon, longer] = [join("a", 10_000), join("a", 600), join("a", 20_000)];
    await send(1, [long, 150], [soon, 150], [longer, 150]);
    const [first, second] = [join("b", 100), join("b", 100)];
    await send(1, [long, 150], [soon, 150], [longer, 150]);
    expect(await states(long, soon, longer, first, second)).toEqual([
      "sends",
      "sends",
      "sends",
      "waits",
      "waits",
    ]);
    await send(1, [long, 150], [soon, 150], [longer, 150]);
    expect(await states(long, soon, longer, first, second)).toEqual([
      "sends",
      "sends",
      "away",
      "sends",
      "waits",
    ]);
    first.end();
    expect(await states(long, soon, second)).toEqual(["sends", "sends", "sends"]);
  });

  it("are not lost to another upload of one's own", async () => {
    const { join, states } = open(1);
    const [long, next] = [join("a", 20_000), join("a", 100)];
    await send(4, [long, 150]);
    expect(await states(long, next)).toEqual(["sends", "waits"]);
  });

  it("go first to the client that has the fewest, and are not lost to the one that has the most", async () => {
    const { join, states } = open(3);
    const greedy = [join("greedy", 400), join("greedy", 400)];
    const patient = join("patient", 10_000);
    const more = [join("greedy"), join("greedy")];
    const other = join("other");
    await send(2, ...greedy.map((sender) => [sender, 150] as const), [patient, 150]);
    expect(await states(patient, ...greedy, other, ...more)).toEqual([
      ...["sends", "sends", "sends"],
      ...["waits", "waits", "waits"],
    ]);
    greedy[0]?.end();
    expect(await states(other, ...more)).toEqual(["sends", "waits", "waits"]);
    greedy[1]?.end();
    expect(await states(patient, ...more)).toEqual(["sends", "sends", "waits"]);
  });

  it("come to whoever waits for the next one, however slowly and much others send", async () => {
    const paces = fc.array(
      fc.record({ pace: fc.integer({ min: 100, max: 900 }), owed: fc.integer({ min: 1, max: 30_000 }) }),
      {
        minLength: 2,
        maxLength: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(paces, async (all) => {
        const { join, states } = open(all.length);
        const senders = all.map(({ owed, pace }) => ({ ...{ owed, pace }, sender: join("a", owed) }));
        const next = join("b");
        for (let tenth = 0; tenth < (PATIENCE.soonWindows + 4) * 10; tenth++) {
          await send(0.1, ...senders.map(({ sender, pace }) => [sender, pace] as const));
          for (const { sender, owed } of senders) if (sender.bytes >= owed) sender.end();
        }
        expect(await states(next)).toEqual(["sends"]);
        for (const { sender } of senders) sender.end();
        next.end();
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it("of the slow come to an end, however many of them wait", async () => {
    const { join, states } = open(2);
    const first = join("a", 1_500);
    const others = Array.from({ length: 20 }, () => join("a", 1_500));
    for (let window = 0; window < 10; window++) {
      const sending = others.filter(({ isSending, wasTurnedAway }) => isSending && !wasTurnedAway);
      await send(1, [first, 150], ...sending.map((sender) => [sender, 150] as const));
    }
    expect(first.bytes).toBe(1_500);
    expect(await states(first)).toEqual(["sends"]);
  });

  it("are not kept for who left while it waited, and nobody is watched who has none", async () => {
    const { join, states } = open(1);
    const [first, left, next] = [join(), join(), join()];
    left.end();
    first.end();
    expect(await states(next)).toEqual(["sends"]);
    next.end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
