import type { SummaryDimension, TensorSummary } from "../../onnx/model-summary.ts";
import type { OnnxHeader } from "../../onnx/read-onnx.ts";
import { unreadableModel } from "../../onnx/unreadable-model.ts";
import { parsePythonLiteral } from "./python-literal.ts";
import { countNames, type LabelOptions, labelsOf } from "./yolo-labels.ts";

/** All that is to be known of a YOLO network; everything but labels comes from its file. */
export interface YoloFacts {
  /** Names of the one input and of the outputs. */
  readonly input: string;
  readonly boxes: string;
  /** Null where it detects only. */
  readonly prototypes: string | null;
  /** Sides of the input; of a dynamic one, those that the picture is fitted into. */
  readonly width: number;
  readonly height: number;
  /** Takes any sides that are multiples of `stride`. */
  readonly dynamic: boolean;
  readonly stride: number;
  /** One for each class, in the network's order. */
  readonly labels: readonly string[];
}

/** What exporters use unless told otherwise. */
const USUAL_SIDE = 640;
const USUAL_STRIDE = 32;
const LARGEST_SIDE = 8192;
/** Pixels of an input: the first layers alone take some hundred times as many bytes. */
const LARGEST_AREA = 4096 ** 2;
/** Inputs are whole strides: one of millions would ask for a picture as large. */
const LARGEST_STRIDE = 256;
/** Shapes and texts of a file may be megabytes long. */
const LONGEST_FACT = 500;

const WANTED = "expected a detect or segment network of YOLOv8 or YOLO11 as ONNX";

/**
 * Reads the facts of a network from its file: from the metadata that the exporter wrote, and from the shapes of its
 * input and outputs where there is none. Throws MODEL_UNREADABLE for what no decoder here can read: other tasks,
 * outputs that are already suppressed, half precision, fixed batches, other families.
 * @param name shown in errors
 */
export function readYoloFacts(header: OnnxHeader, name: string, options: LabelOptions): YoloFacts {
  const { metadata } = header;
  checkTask(metadata, name);
  const input = onlyInput(header, name);
  const boxes = outputOfRank(header.outputs, 3);
  const prototypes = outputOfRank(header.outputs, 4);
  if (boxes === undefined || (metadata["task"] === "segment" && prototypes === undefined)) {
    throw refused(name, `outputs ${describe(header.outputs)}`);
  }
  const masks = prototypes === undefined ? 0 : numberOf(prototypes.shape[1]);
  checkLayout(boxes, masks, metadata, name);
  const rows = numberOf(boxes.shape[1]);
  const classes = rows === null || masks === null ? null : rows - 4 - masks;
  return {
    input: input.name,
    boxes: boxes.name,
    prototypes: prototypes?.name ?? null,
    ...inputSize(input, metadata, name),
    stride: strideOf(metadata, name),
    labels: labelsOf(metadata, classes, name, options),
  };
}

function checkTask(metadata: OnnxHeader["metadata"], name: string): void {
  const { task } = metadata;
  if (task === undefined || task === "detect" || task === "segment") return;
  throw refused(name, `a network whose task is ${JSON.stringify(task)}`);
}

function onlyInput({ inputs }: OnnxHeader, name: string): TensorSummary {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) throw refused(name, `inputs ${describe(inputs)}`);
  if (input.type !== "float32") {
    throw refused(
      name,
      `an input of ${input.type}`,
      "export it again in single precision (half=False, int8=False)",
    );
  }
  const [batch, channels] = input.shape;
  const single = batch === 1 || numberOf(batch) === null;
  if (input.shape.length !== 4 || !(channels === 3 || numberOf(channels) === null)) {
    throw refused(name, `input ${describe(inputs)}`, "its input must be [1, 3, height, width]");
  }
  if (!single) throw refused(name, `batches of ${batch}`, "export it again with batch=1");
  return input;
}

function outputOfRank(outputs: readonly TensorSummary[], rank: number): TensorSummary | undefined {
  return outputs.find((output) => output.shape.length === rank);
}

/** Rows first, one column for each place; suppressed outputs and YOLOv5 have it the other way round. */
function checkLayout(
  { shape }: TensorSummary,
  masks: number | null,
  metadata: OnnxHeader["metadata"],
  name: string,
): void {
  const { end2end, args = "" } = metadata;
  const [rows, columns] = [numberOf(shape[1]), numberOf(shape[2])];
  const suppressed = columns === 6 + (masks ?? 0) || end2end === "True" || /'nms': True/.test(args);
  if (suppressed) {
    throw refused(
      name,
      "one whose answers are already suppressed (end to end)",
      "export it again with nms=False and, where the exporter knows it, end2end=False",
    );
  }
  // Small pictures have few places, and some networks know more classes.
  const lies =
    rows !== null &&
    columns !== null &&
    rows > columns &&
    rows !== 4 + (masks ?? 0) + (countNames(metadata) ?? 0);
  if (lies || (rows !== null && rows < 5 + (masks ?? 0))) {
    throw refused(name, `an output of shape [${shape.join(", ")}]; YOLOv5 and its like answer so`);
  }
}

function inputSize(
  { shape }: TensorSummary,
  metadata: OnnxHeader["metadata"],
  name: string,
): Pick<YoloFacts, "width" | "height" | "dynamic"> {
  const [fixedHeight, fixedWidth] = [numberOf(shape[2]), numberOf(shape[3])];
  const trained = parsePythonLiteral(metadata["imgsz"] ?? "");
  const sides: unknown[] = Array.isArray(trained) ? trained : [trained, trained];
  const height = fixedHeight ?? sideOr(sides[0], USUAL_SIDE);
  const width = fixedWidth ?? sideOr(sides[1] ?? sides[0], USUAL_SIDE);
  if (Math.max(height, width) > LARGEST_SIDE || height * width > LARGEST_AREA) {
    throw refused(name, `an input of ${width} × ${height}`);
  }
  return { width, height, dynamic: fixedHeight === null && fixedWidth === null };
}

function sideOr(side: unknown, otherwise: number): number {
  return typeof side === "number" && Number.isInteger(side) && side > 0 ? side : otherwise;
}

function strideOf(metadata: OnnxHeader["metadata"], name: string): number {
  const stride = sideOr(parsePythonLiteral(metadata["stride"] ?? ""), USUAL_STRIDE);
  if (stride > LARGEST_STRIDE) throw refused(name, `a stride of ${stride} pixels`);
  return stride;
}

function numberOf(dimension: SummaryDimension | undefined): number | null {
  return typeof dimension === "number" && dimension > 0 ? dimension : null;
}

function describe(tensors: readonly TensorSummary[]): string {
  return tensors.map(({ name, type, shape }) => `${name} ${type} [${shape.join(", ")}]`).join(", ") || "none";
}

function refused(name: string, got: string, advice = "choose another export, or another model") {
  return unreadableModel(name, `${WANTED}, got ${got.slice(0, LONGEST_FACT)}; ${advice}`);
}
