import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSendingTurns } from "../../src/server/sending-turns.ts";

const PATIENCE = { windowMs: 1_000, leastBytes: 100, mostWindows: 10 };

describe("turns of those who send much", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const open = (most: number) => {
    const turns = createSendingTurns(most, PATIENCE);
    const join = () => {
      const sender = { bytes: 0, isSending: false, wasTurnedAway: false };
      const turn = turns.take({
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
    const [slow, quick, next] = [join(), join(), join()];
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
