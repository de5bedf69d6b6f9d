import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { Stopwatch } from "../../workers/stopwatch.ts";

describe("a stopwatch", () => {
  it("counts steps that overlap once, and what lies between them as the rest", async () => {
    const clock = vi.spyOn(performance, "now");
    try {
      let now = 0;
      clock.mockImplementation(() => now);
      const stopwatch = new Stopwatch();
      const step = async (until: number) => {
        await turn();
        now = Math.max(now, until);
      };
      await stopwatch.timeRest("blend", "inpaint", async (time) => {
        await Promise.all([time(() => step(30)), time(() => step(40))]);
        now = 50;
        await time(() => step(60));
        now = 65;
      });
      expect(stopwatch.timings).toEqual({ inpaint: 50, blend: 15 });
    } finally {
      clock.mockRestore();
    }
  });
});
