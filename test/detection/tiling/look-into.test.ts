import { expect, it } from "vitest";
import { lookInto } from "../../../src/detection/tiling/look-into.ts";
import { errorOf } from "../../onnx/run-model.ts";

it("answers in the order of the parts, whichever look ended first", async () => {
  const turns: (() => void)[] = [];
  const looks = lookInto(
    [1, 2, 3],
    (part) => new Promise<number>((resolve) => turns.push(() => resolve(part * 10))),
    { atOnce: 3, signal: undefined },
  );
  while (turns.length < 3) await Promise.resolve();
  for (const end of turns.reverse()) end();
  expect(await looks).toEqual([10, 20, 30]);
});

it("has no more looks under way than it may", async () => {
  let underWay = 0;
  let most = 0;
  const look = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await Promise.resolve();
    underWay -= 1;
  };
  await lookInto(Array.from({ length: 20 }), look, { atOnce: 4, signal: undefined });
  expect(most).toBe(4);
});

it("begins no further look once it is cancelled, and says why", async () => {
  const controller = new AbortController();
  let begun = 0;
  const look = async () => {
    begun += 1;
    if (begun === 3) controller.abort(new Error("enough"));
  };
  const looks = lookInto(Array.from({ length: 20 }), look, { atOnce: 1, signal: controller.signal });
  expect(await errorOf(() => looks)).toMatchObject({ code: "CANCELLED", cause: { message: "enough" } });
  expect(begun).toBe(3);
});

it("begins no further look after one that failed", async () => {
  let begun = 0;
  const look = async () => {
    begun += 1;
    throw new Error("broken");
  };
  const looks = lookInto(Array.from({ length: 20 }), look, { atOnce: 1, signal: undefined });
  await expect(looks).rejects.toThrow("broken");
  expect(begun).toBeLessThan(20);
});
