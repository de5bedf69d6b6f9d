import { expect, it } from "vitest";
import { encodeGraph, encodeMetadata } from "../../../src/onnx/writer/encode-graph.ts";
import { createGraphBuilder, type GraphBuilder } from "../../../src/onnx/writer/graph-builder.ts";
import { runModel } from "../run-model.ts";

function builder(): GraphBuilder {
  const graph = createGraphBuilder("test");
  graph.input("image", "float32", [1, "width"]);
  return graph;
}

it("writes a model that the runtime runs, with a size known only at run time", async () => {
  const graph = builder();
  const sum = graph.node("Add", ["image", graph.floats("one", [], Float32Array.of(1))]);
  graph.output("result", sum, "float32", [1, "width"]);
  const onnx = encodeGraph(graph.build());
  expect(await runModel(onnx, Float32Array.of(1, 2, 3), [1, 3])).toEqual({
    result: { dims: [1, 3], data: Float32Array.of(2, 3, 4) },
  });
});

it("writes every kind of attribute so that the runtime reads it", async () => {
  const graph = builder();
  const leaky = graph.node("LeakyRelu", ["image"], { alpha: { float: 0.25 } });
  const square = graph.node("Reshape", [leaky, graph.ints("shape", [1, 1, 2, 2])]);
  const resized = graph.node(
    "Resize",
    [square, "", graph.floats("scales", [4], Float32Array.of(1, 1, 1, 2))],
    {
      mode: { string: "nearest" },
      coordinate_transformation_mode: { string: "asymmetric" },
      nearest_mode: { string: "floor" },
    },
  );
  const turned = graph.node("Transpose", [resized], { perm: { ints: [0, 1, 3, 2] } });
  const joined = graph.node("Concat", [turned, turned], { axis: { int: 3 } });
  graph.output("result", joined, "float32", [1, 1, 4, 4]);
  const { result } = await runModel(encodeGraph(graph.build()), Float32Array.of(-4, 1, 2, 3), [1, 4]);
  expect([...(result?.data ?? [])]).toEqual([-1, 2, -1, 2, -1, 2, -1, 2, 1, 3, 1, 3, 1, 3, 1, 3]);
});

it("leaves out nodes and constants that no output reads", () => {
  const graph = builder();
  graph.node("Relu", [graph.node("Add", ["image", graph.floats("unused", [], Float32Array.of(1))])]);
  graph.output("result", graph.node("Neg", ["image"]), "float32", [1, "width"]);
  const { nodes, constants } = graph.build();
  expect(nodes.map((node) => node.op)).toEqual(["Neg", "Identity"]);
  expect(constants).toEqual([]);
});

it("stays a readable model when an entry of metadata is appended", async () => {
  const graph = builder();
  graph.output("result", graph.node("Neg", ["image"]), "float32", [1, "width"]);
  const onnx = Buffer.concat([encodeGraph(graph.build()), encodeMetadata("key", "value")]);
  const { result } = await runModel(new Uint8Array(onnx), Float32Array.of(5), [1, 1]);
  expect(result?.data).toEqual(Float32Array.of(-5));
});
