import { unreadableModel } from "../unreadable-model.ts";
import { encodeGraph } from "../writer/encode-graph.ts";
import { createGraphBuilder, type GraphBuilder } from "../writer/graph-builder.ts";
import { LayerContext, type LayerValue } from "./layer-context.ts";
import { LAYERS } from "./layer-table.ts";
import { type LayersFiles, type LayersModel, readLayersModel } from "./layers-model.ts";

/** Part of every cache key: a change of what the importer writes must change it. */
export const TFJS_IMPORTER_VERSION = 1;

const NHWC_TO_NCHW = [0, 3, 1, 2];
const NCHW_TO_NHWC = [0, 2, 3, 1];

export interface TfjsImportOptions {
  /** Shown in errors. */
  readonly name: string;
  /** White in the network's own terms, on both ends: 255 or 1. */
  readonly white: number;
}

export interface ImportedNetwork {
  /** Input `image` [1, height, width, 3] and output `result` [1, scale·height, scale·width, 3], samples of 0–255. */
  readonly onnx: Uint8Array<ArrayBuffer>;
  readonly scale: number;
  /** Pixels of the input, rounded up, beyond which nothing changes a pixel of the output. */
  readonly radius: number;
}

/**
 * Converts a tfjs layers model that maps a picture of any size to a picture, into ONNX.
 * Throws MODEL_UNREADABLE for damaged files and for layers without a row in the layer table.
 */
export function importLayersModel(files: LayersFiles, options: TfjsImportOptions): ImportedNetwork {
  const model = readLayersModel(files, options.name);
  const graph = createGraphBuilder(options.name);
  const values = new Map<string, LayerValue>();
  for (const [position, layer] of model.layers.entries()) {
    if (layer.class_name === "InputLayer") {
      values.set(layer.name, emitInput(graph, options.white));
      continue;
    }
    const emit = Object.hasOwn(LAYERS, layer.class_name) ? LAYERS[layer.class_name] : undefined;
    if (emit === undefined) {
      throw unreadableModel(
        model.name,
        `layer ${layer.class_name} "${layer.name}" at position ${position} cannot be converted; ` +
          `known are ${Object.keys(LAYERS).join(", ")}`,
      );
    }
    const inputs = (layer.inbound_nodes[0] ?? []).map(([name]) => computed(values, name, layer.name, model));
    values.set(layer.name, emit(new LayerContext(graph, model, position, layer, inputs)));
  }
  const result = computed(values, model.output, "the output", model);
  if (result.channels !== 3) throw unreadableModel(model.name, `its output has ${result.channels} channels`);
  emitOutput(graph, result, options.white);
  return {
    onnx: encodeGraph(graph.build()),
    scale: result.scale,
    radius: Math.ceil(result.radius),
  };
}

function computed(
  values: ReadonlyMap<string, LayerValue>,
  name: string,
  reader: string,
  model: LayersModel,
): LayerValue {
  const value = values.get(name);
  if (value !== undefined) return value;
  throw unreadableModel(model.name, `${reader} reads layer "${name}", which does not come before it`);
}

function emitInput(graph: GraphBuilder, white: number): LayerValue {
  const image = graph.input("image", "float32", [1, "height", "width", 3]);
  const planes = graph.node("Transpose", [image], { perm: { ints: NHWC_TO_NCHW } });
  return { name: scaleBy(graph, planes, white / 255), channels: 3, scale: 1, radius: 0 };
}

function emitOutput(graph: GraphBuilder, value: LayerValue, white: number): void {
  const samples = scaleBy(graph, value.name, 255 / white);
  const picture = graph.node("Transpose", [samples], { perm: { ints: NCHW_TO_NHWC } });
  graph.output("result", picture, "float32", [1, "resultHeight", "resultWidth", 3]);
}

function scaleBy(graph: GraphBuilder, value: string, factor: number): string {
  if (factor === 1) return value;
  return graph.node("Mul", [value, graph.floats("factor", [], new Float32Array([factor]))]);
}
