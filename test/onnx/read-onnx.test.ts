import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MaskloomError } from "../../src/errors.ts";
import { readOnnxHeader } from "../../src/onnx/read-onnx.ts";
import { encodeGraph, encodeMetadata } from "../../src/onnx/writer/encode-graph.ts";
import { createGraphBuilder } from "../../src/onnx/writer/graph-builder.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { errorOf } from "./run-model.ts";

function smallFile(): Uint8Array {
  const graph = createGraphBuilder("small");
  const image = graph.input("image", "uint8", [1, "height", "width", 3]);
  const floats = graph.node("Cast", [image], { to: { int: 1 } });
  const twice = graph.node("Add", [floats, floats]);
  const doubled = graph.node("Add", [twice, graph.floats("constant", [3], Float32Array.of(1, 2, 3))]);
  graph.output("doubled", doubled, "float32", [1, "height", "width", 3]);
  return encodeGraph(graph.build());
}

it("tells inputs, outputs, operators and metadata", () => {
  const file = Buffer.concat([
    smallFile(),
    encodeMetadata("stride", "32"),
    encodeMetadata("names", "{0: 'é'}"),
  ]);
  expect(readOnnxHeader(file, "small")).toEqual({
    inputs: [{ name: "image", type: "uint8", shape: [1, "height", "width", 3] }],
    outputs: [{ name: "doubled", type: "float32", shape: [1, "height", "width", 3] }],
    metadata: { stride: "32", names: "{0: 'é'}" },
    opCounts: { Cast: 1, Add: 2, Identity: 1 },
    opset: 17,
    producer: "maskloom",
  });
});

it("keeps a metadata key that names a property of every object", () => {
  const file = Buffer.concat([smallFile(), encodeMetadata("__proto__", "text")]);
  expect(Object.entries(readOnnxHeader(file, "small").metadata)).toEqual([["__proto__", "text"]]);
});

it.each([
  ["an empty file", new Uint8Array()],
  ["text", new TextEncoder().encode("this is not a model")],
  ["a zip", Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0)],
  ["nested groups", new Uint8Array(100_000).fill(0x0b)],
])("refuses %s", async (_, bytes) => {
  expect(await errorOf(() => readOnnxHeader(bytes, "file.onnx"))).toMatchObject({
    code: "MODEL_UNREADABLE",
    message: expect.stringMatching(/model file\.onnx: expected an ONNX file, got \d+ bytes/),
  });
});

it("ends in MODEL_UNREADABLE or in a header, whatever bytes are changed or cut off", () => {
  const file = smallFile();
  const change = fc.record({ at: fc.nat(file.length - 1), value: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4 }), fc.nat(file.length), (changes, length) => {
      const damaged = file.slice(0, length);
      for (const { at, value } of changes) damaged[at] = value;
      try {
        expect(readOnnxHeader(damaged, "damaged").outputs.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(MaskloomError);
        expect(error).toMatchObject({ code: "MODEL_UNREADABLE" });
      }
    }),
    { numRuns: 500 },
  );
});

const weights = new URL("../../../shared/weights/", import.meta.url);

describe.skipIf(mayBeMissing && !existsSync(weights))("files of others (../shared/weights)", () => {
  it("reads YuNet, whose file lists its initialisers too", () => {
    const bytes = readFileSync(new URL("face_detection_yunet_2023mar.onnx", weights));
    const header = readOnnxHeader(bytes, "yunet");
    expect(header.inputs).toEqual([{ name: "input", type: "float32", shape: [1, 3, 640, 640] }]);
    expect(header.outputs).toHaveLength(12);
    expect(header.opCounts["Conv"]).toBeGreaterThan(20);
  });
});
