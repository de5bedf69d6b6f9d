import { createLoadedModel, type LoadedModel } from "../../src/onnx/loaded-model.ts";
import { encodeGraph } from "../../src/onnx/writer/encode-graph.ts";
import { ELEMENT_TYPES } from "../../src/onnx/writer/graph.ts";
import { createGraphBuilder } from "../../src/onnx/writer/graph-builder.ts";

/** An ONNX model that adds a number to its input `image` [length]. */
export function addingModel(number: number): Uint8Array {
  const graph = createGraphBuilder(`add ${number}`);
  const image = graph.input("image", "float32", ["length"]);
  const sum = graph.node("Add", [image, graph.floats("number", [], Float32Array.of(number))]);
  graph.output("result", sum, "float32", ["length"]);
  return encodeGraph(graph.build());
}

export function loadedAdding(number: number): LoadedModel {
  return createLoadedModel(`add ${number}`, `add-${number}`, addingModel(number));
}

/** A model whose output is of another type than any of ours: whole numbers of 64 bits. */
export function loadedCounting(): LoadedModel {
  const graph = createGraphBuilder("counting");
  const image = graph.input("image", "float32", ["length"]);
  const whole = graph.node("Cast", [image], { to: { int: ELEMENT_TYPES.int64 } });
  graph.output("result", whole, "int64", ["length"]);
  return createLoadedModel("counting", "counting", encodeGraph(graph.build()));
}

/** A model whose one run keeps a thread busy for some hundred milliseconds: many sums over eight million numbers. */
export function loadedSlow(): LoadedModel {
  const graph = createGraphBuilder("slow");
  const image = graph.input("image", "float32", ["length"]);
  const wide = graph.node("Expand", [image, graph.ints("shape", [8_000_000])]);
  let sum = wide;
  for (let index = 0; index < 40; index++) sum = graph.node("Add", [sum, wide]);
  graph.output("result", sum, "float32", [8_000_000]);
  return createLoadedModel("slow", "slow", encodeGraph(graph.build()));
}
