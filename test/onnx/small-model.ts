import { createLoadedModel, type LoadedModel } from "../../src/onnx/loaded-model.ts";
import { encodeGraph } from "../../src/onnx/writer/encode-graph.ts";
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
