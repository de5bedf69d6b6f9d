import fc from "fast-check";
import { expect, it } from "vitest";
import { halfToFloat } from "../../../src/onnx/tflite/half-float.ts";
import { encodeGraph } from "../../../src/onnx/writer/encode-graph.ts";
import { exactHalves } from "../../../src/onnx/writer/exact-halves.ts";
import { createGraphBuilder } from "../../../src/onnx/writer/graph-builder.ts";
import { runModel } from "../run-model.ts";

/** Every half that is a number: exponents below the highest. */
const finite = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter(
  (bits) => (bits & 0x7c00) !== 0x7c00,
);

it("finds the half of every single that is one", () => {
  const bytes = new Uint8Array(finite.buffer);
  expect(exactHalves(halfToFloat(bytes))).toEqual(bytes);
});

it("finds none for a single beside a half", () => {
  for (const bits of new Uint32Array(halfToFloat(new Uint8Array(finite.buffer)).buffer)) {
    expect(exactHalves(new Float32Array(Uint32Array.of(bits ^ 1).buffer))).toBeNull();
  }
});

it("takes a single for a half only if that half is the single again", () => {
  fc.assert(
    fc.property(fc.float(), (value) => {
      const single = Float32Array.of(value);
      const halves = exactHalves(single);
      if (halves !== null) expect(halfToFloat(halves)).toEqual(single);
    }),
    { numRuns: 2000 },
  );
});

it("makes the runtime compute the same with weights stored as halves", async () => {
  const values = Float32Array.from({ length: 600 }, (_, index) => (index - 300) / 16);
  const answer = async (factor: number): Promise<{ bytes: number; sum: Float32Array | undefined }> => {
    const graph = createGraphBuilder("sum");
    const image = graph.input("image", "float32", [600]);
    const constant = graph.floats(
      "constant",
      [600],
      values.map((value) => value * factor),
    );
    graph.output("sum", graph.node("Add", [image, constant]), "float32", [600]);
    const onnx = encodeGraph(graph.build());
    return { bytes: onnx.length, sum: (await runModel(onnx, values, [600]))["sum"]?.data };
  };
  const [halves, singles] = [await answer(1), await answer(1 + 2 ** -20)];
  expect(halves.sum).toEqual(values.map((value) => value + value));
  expect(singles.sum).toEqual(values.map((value) => value + Math.fround(value * (1 + 2 ** -20))));
  expect(halves.bytes).toBeLessThan(singles.bytes - 1000);
});
