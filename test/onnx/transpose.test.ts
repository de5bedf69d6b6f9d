import fc from "fast-check";
import { expect, it } from "vitest";
import { transpose } from "../../src/onnx/transpose.ts";

const cases = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).chain((shape) => {
  const axes = shape.map((_, axis) => axis);
  return fc.record({
    shape: fc.constant(shape),
    order: fc.shuffledSubarray(axes, { minLength: axes.length, maxLength: axes.length }),
  });
});

it("puts the axes in another order and back", () => {
  fc.assert(
    fc.property(cases, ({ shape, order }) => {
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, index) => index);
      const turned = transpose(data, shape, order);
      const turnedShape = order.map((axis) => shape[axis] ?? 0);
      const back = order.map((_, axis) => order.indexOf(axis));
      expect([...transpose(turned, turnedShape, back)]).toEqual([...data]);
    }),
  );
});

it("turns rows into columns", () => {
  expect([...transpose(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3], [1, 0])]).toEqual([1, 4, 2, 5, 3, 6]);
});
