import { MaskloomError } from "../../errors.ts";
import { unreadableModel } from "../unreadable-model.ts";
import { encodeGraph } from "../writer/encode-graph.ts";
import { ELEMENT_TYPES } from "../writer/graph.ts";
import { createGraphBuilder, type GraphBuilder } from "../writer/graph-builder.ts";
import { blockChannels } from "./block-channels.ts";
import { foldConstants } from "./fold-constants.ts";
import { NCHW_TO_NHWC, NHWC_TO_NCHW } from "./layout.ts";
import { type ComputedValues, OperatorContext } from "./operator-context.ts";
import { KNOWN_OPERATORS, OPERATORS } from "./operator-table.ts";
import { readTflite, type TfliteModel } from "./tflite-model.ts";

/** Part of every cache key: a change of what the importer writes must change it. */
export const TFLITE_IMPORTER_VERSION = 5;

export interface TfliteImportOptions {
  /** Shown in errors. */
  readonly name: string;
  /** What the network was trained on: samples 0 and 255 become these values, inside the graph. */
  readonly range: readonly [number, number];
  /**
   * Type of the graph's input, samples of 0–255 either way. Bytes save a copy where the samples are whole anyway;
   * singles keep what resampling computed: rounding it moved boxes of the face detectors by up to 4 pixels.
   */
  readonly pixels: "uint8" | "float32";
  /** Names of the outputs to keep; the others, and all that only they need, are left out. Default: all. */
  readonly outputs?: readonly string[];
}

/**
 * Converts a TFLite file into the bytes of an ONNX model.
 *
 * The graph input `image` is NHWC as in the file ([1, height, width, 3]) and normalised to `range` in the graph;
 * within, pictures are NCHW; outputs keep their TFLite names, shapes and order of elements.
 * Throws MODEL_UNREADABLE for damaged files and for operators without a row in the operator table.
 */
export function importTflite(bytes: Uint8Array, options: TfliteImportOptions): Uint8Array<ArrayBuffer> {
  try {
    return convert(blockChannels(foldConstants(readTflite(bytes, options.name))), options);
  } catch (error) {
    if (error instanceof MaskloomError) throw error;
    throw unreadableModel(options.name, "its sizes contradict one another; the file is damaged", {
      cause: error,
    });
  }
}

function convert(model: TfliteModel, options: TfliteImportOptions): Uint8Array<ArrayBuffer> {
  const graph = createGraphBuilder(options.name);
  const values: ComputedValues = new Map();
  emitInput(graph, model, values, options);
  for (const operator of model.operators) {
    const emit = Object.hasOwn(OPERATORS, operator.name) ? OPERATORS[operator.name] : undefined;
    const output = operator.outputs[0];
    if (emit === undefined || output === undefined) {
      throw unreadableModel(
        model.name,
        `operator ${operator.name} at position ${operator.position} cannot be converted; known are ${KNOWN_OPERATORS.join(", ")}`,
      );
    }
    values.set(output, emit(new OperatorContext(graph, model, operator, values)));
  }
  emitOutputs(graph, model, values, options.outputs);
  return encodeGraph(graph.build());
}

function emitInput(
  graph: GraphBuilder,
  model: TfliteModel,
  values: ComputedValues,
  { range, pixels }: TfliteImportOptions,
): void {
  const [index, ...others] = model.inputs;
  const tensor = index === undefined ? undefined : model.tensors[index];
  if (index === undefined || tensor === undefined || others.length > 0) {
    throw unreadableModel(model.name, `expected one input, got ${model.inputs.length}`);
  }
  if (tensor.shape.length !== 4 || tensor.type !== "float32") {
    throw unreadableModel(
      model.name,
      `expected a float32 picture as input, got ${tensor.type} [${tensor.shape}]`,
    );
  }
  const image = graph.input("image", pixels, tensor.shape);
  const [low, high] = range;
  const scalar = (hint: string, value: number): string => graph.floats(hint, [], new Float32Array([value]));
  const floats =
    pixels === "uint8" ? graph.node("Cast", [image], { to: { int: ELEMENT_TYPES.float32 } }) : image;
  const planes = graph.node("Transpose", [floats], { perm: { ints: NHWC_TO_NCHW } });
  const scaled = graph.node("Mul", [planes, scalar("scale", (high - low) / 255)]);
  values.set(index, low === 0 ? scaled : graph.node("Add", [scaled, scalar("offset", low)]));
}

function emitOutputs(
  graph: GraphBuilder,
  model: TfliteModel,
  values: ComputedValues,
  wanted: readonly string[] | undefined,
): void {
  const tensors = model.outputs.flatMap((index) => model.tensors[index] ?? []);
  const names = tensors.map((tensor) => tensor.name);
  const missing = wanted?.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw unreadableModel(model.name, `has no output "${missing}"; its outputs are ${names.join(", ")}`);
  }
  for (const tensor of tensors) {
    if (wanted !== undefined && !wanted.includes(tensor.name)) continue;
    const value = values.get(tensor.index);
    if (value === undefined) throw unreadableModel(model.name, `output "${tensor.name}" is never computed`);
    const ordered =
      tensor.shape.length === 4 ? graph.node("Transpose", [value], { perm: { ints: NCHW_TO_NHWC } }) : value;
    graph.output(tensor.name, ordered, "float32", tensor.shape);
  }
}
