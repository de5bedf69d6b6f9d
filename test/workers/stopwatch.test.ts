import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { Stopwatch, timingsOf } from "../../workers/stopwatch.ts";

describe("a stopwatch", () => {
  it("counts every moment once, for the first part that anything is in, and what lies between them as the rest", async () => {
    const clock = vi.spyOn(performance, "now");
    try {
      let now = 0;
      clock.mockImplementation(() => now);
      const stopwatch = new Stopwatch();
      const at = async (time: number) => {
        await turn();
        now = time;
      };
      const result = stopwatch.timeParts("blend", ["inpaint", "upload"], async (enter) => {
        const one = enter("upload");
        await at(10);
        one("inpaint");
        const other = enter("upload");
        await at(30);
        one(null);
        await at(45);
        other("inpaint");
        await at(50);
        other(null);
        await at(65);
        return "made";
      });
      expect(await result).toBe("made");
      expect(stopwatch.timings).toEqual({ inpaint: 25, upload: 25, blend: 15 });
    } finally {
      clock.mockRestore();
    }
  });

  it("says of a failure what its time had gone to", async () => {
    const stopwatch = new Stopwatch();
    const failure = new Error("it broke");
    const work = async () => {
      stopwatch.add("decode", 4);
      throw failure;
    };
    await expect(stopwatch.rememberAtFailure(work)).rejects.toBe(failure);
    expect(timingsOf(failure)).toEqual({ decode: 4 });
    expect([timingsOf(new Error("another")), timingsOf("a text")]).toEqual([{}, {}]);
  });
});
