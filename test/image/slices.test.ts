import { describe, expect, it } from "vitest";
import { atOnce, inSlices, type Steps } from "../../src/image/slices.ts";

function* counting(to: number): Steps<number> {
  let sum = 0;
  for (let i = 1; i <= to; i++) {
    sum += i;
    yield;
  }
  return sum;
}

/** Comes to an end only where others have their turn meanwhile. */
function* working(isOver: () => boolean, onStep: () => void = () => undefined): Steps<string> {
  while (!isOver()) {
    onStep();
    yield;
  }
  return "over";
}

describe("work in slices", () => {
  it("comes to what it comes to without a rest", async () => {
    expect(await inSlices(counting(1_000))).toBe(atOnce(counting(1_000)));
  });

  it("gives whatever else waits its turn", async () => {
    let told = false;
    setTimeout(() => {
      told = true;
    });
    expect(await inSlices(working(() => told))).toBe("over");
  });

  it("ends at its next rest where nobody wants it any more", async () => {
    const leaving = new AbortController();
    setTimeout(() => leaving.abort("too late"));
    await expect(
      inSlices(
        working(() => false),
        leaving.signal,
      ),
    ).rejects.toMatchObject({ code: "CANCELLED", cause: "too late" });
  });

  it("is not begun where nobody wants it any more by then", async () => {
    let steps = 0;
    const work = working(
      () => false,
      () => {
        steps += 1;
      },
    );
    await expect(inSlices(work, AbortSignal.abort())).rejects.toMatchObject({ code: "CANCELLED" });
    expect(steps).toBe(0);
  });

  it("fails as the work fails", async () => {
    const failing = working(() => {
      throw new Error("no such row");
    });
    await expect(inSlices(failing)).rejects.toThrow("no such row");
  });
});
