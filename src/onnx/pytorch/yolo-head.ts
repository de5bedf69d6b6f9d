import type { GraphBuilder } from "../writer/graph-builder.ts";
import type { LayerContext } from "./layers/layer-context.ts";
import type { ModuleRecord } from "./module-record.ts";

export interface YoloHead {
  readonly task: "detect" | "segment";
  readonly classes: number;
  /** Pixels between neighbouring places, of the coarsest level. */
  readonly stride: number;
}

/** YOLO has three levels, its variants for large pictures four. */
const MAX_LEVELS = 8;
/** Those of YOLO are 4 to 64. */
const MAX_STRIDE = 256;

const TASKS: Readonly<Record<string, YoloHead["task"]>> = { Detect: "detect", Segment: "segment" };

/** What the head finds; throws MODEL_UNREADABLE where it is another head than Detect or Segment, or an end-to-end one. */
export function readYoloHead(head: ModuleRecord): YoloHead {
  const task = Object.hasOwn(TASKS, head.type) ? TASKS[head.type] : undefined;
  if (task === undefined) {
    return head.fail("expected a model that detects or segments (Detect or Segment of YOLOv8 or YOLO11)");
  }
  if (head.findChild("one2one_cv2") !== null) {
    head.fail("its answers are already suppressed (end to end); choose a model of YOLOv8 or YOLO11");
  }
  return { task, classes: head.count("nc"), stride: Math.max(...strides(head)) };
}

/**
 * Emits the head with the layout of Ultralytics' own exports. `output0` is [1, 4 + classes (+ coefficients), places]:
 * centre x, centre y, width, height in pixels of the input, then scores of 0–1, then what the prototypes are to be
 * weighted with. Places go by level, row by row. `output1` of Segment holds the prototypes at a quarter of the input's size.
 * @param inputs features, finest level first
 */
export function emitYoloHead(context: LayerContext, head: ModuleRecord, inputs: readonly string[]): void {
  const { graph } = context;
  const { task, classes } = readYoloHead(head);
  const steps = strides(head);
  if (steps.length !== inputs.length) head.fail(`${steps.length} strides for ${inputs.length} levels`);
  const segments = task === "segment";
  const levels = inputs.map((features, level) => {
    const branch = (name: string, rows: number): string => {
      const module = head.child(name).children()[level] ?? head.fail(`${name} has no level ${level}`);
      checkRows(module, rows);
      return graph.node("Reshape", [context.emit(module, features), graph.ints("shape", [1, rows, -1])]);
    };
    const boxes = decodeBoxes(context, head, branch("cv2", 4 * bins(head)), features, steps[level] ?? 0);
    const scores = graph.node("Sigmoid", [branch("cv3", classes)]);
    const rows = segments ? [...boxes, scores, branch("cv4", head.count("nm"))] : [...boxes, scores];
    return graph.node("Concat", rows, { axis: { int: 1 } });
  });
  const rows = 4 + classes + (segments ? head.count("nm") : 0);
  graph.output("output0", graph.node("Concat", levels, { axis: { int: 2 } }), "float32", [
    1,
    rows,
    "anchors",
  ]);
  if (!segments) return;
  const prototypes = context.emit(head.child("proto"), inputs[0] ?? "");
  graph.output("output1", prototypes, "float32", [1, head.count("nm"), "mask_height", "mask_width"]);
}

/** The last convolution of a branch must give what the head says of itself. */
function checkRows(branch: ModuleRecord, rows: number): void {
  const channels = branch.children().at(-1)?.sizeOf("weight")[0] ?? 0;
  if (channels !== rows) branch.fail(`gives ${channels} channels, expected ${rows}`);
}

/**
 * Distribution focal loss, decoded: each side's distance from the place is the mean of a distribution over `bins` steps
 * of the stride. Gives centres and sizes, both [1, 2, places] in pixels.
 */
function decodeBoxes(
  { graph }: LayerContext,
  head: ModuleRecord,
  distributions: string,
  features: string,
  stride: number,
): [string, string] {
  const count = bins(head);
  const shaped = graph.node("Reshape", [distributions, graph.ints("shape", [1, 4, count, -1])]);
  const last = graph.node("Transpose", [shaped], { perm: { ints: [0, 1, 3, 2] } });
  const shares = graph.node("Softmax", [last], { axis: { int: -1 } });
  const means = graph.node("MatMul", [shares, graph.floats("bins", [count, 1], binValues(head, count))]);
  const distances = graph.node("Reshape", [means, graph.ints("shape", [1, 4, -1])]);
  const combine = (factors: readonly number[]): string => {
    const matrix = Float32Array.from(factors, (factor) => factor * stride);
    return graph.node("MatMul", [graph.floats("sides", [2, 4], matrix), distances]);
  };
  // Distances are left, top, right, bottom: the centre lies half their difference from the place, the size is their sum.
  const shift = combine([-0.5, 0, 0.5, 0, 0, -0.5, 0, 0.5]);
  const size = combine([1, 0, 1, 0, 0, 1, 0, 1]);
  return [graph.node("Add", [shift, emitPlaces(graph, features, stride)]), size];
}

/** Steps of the stride that each bin stands for: 0, 1, 2, …; the file has them as weights that are not trained. */
function binValues(head: ModuleRecord, count: number): Float32Array {
  const { data } = head.child("dfl").child("conv").weights("weight");
  return data.length === count ? data : head.fail(`expected ${count} bins, got ${data.length}`);
}

/** Centres of the places of one level in pixels, [1, 2, places]; the level's size is known only at run time. */
function emitPlaces(graph: GraphBuilder, features: string, stride: number): string {
  const scalar = (value: number): string => graph.floats("scalar", [], Float32Array.of(value));
  const shape = graph.node("Shape", [features], { start: { int: 2 }, end: { int: 4 } });
  const plane = graph.node("Concat", [graph.ints("one", [1, 1]), shape], { axis: { int: 0 } });
  const along = (axis: 2 | 3): string => {
    const side = graph.node("Shape", [features], { start: { int: axis }, end: { int: axis + 1 } });
    const length = graph.node("Cast", [graph.node("Squeeze", [side])], { to: { int: 1 } });
    const indices = graph.node("Range", [scalar(0), length, scalar(1)]);
    const pixels = graph.node("Add", [graph.node("Mul", [indices, scalar(stride)]), scalar(stride / 2)]);
    const shaped = graph.ints("shape", axis === 2 ? [1, 1, -1, 1] : [1, 1, 1, -1]);
    return graph.node("Expand", [graph.node("Reshape", [pixels, shaped]), plane]);
  };
  const places = graph.node("Concat", [along(3), along(2)], { axis: { int: 1 } });
  return graph.node("Reshape", [places, graph.ints("shape", [1, 2, -1])]);
}

function bins(head: ModuleRecord): number {
  const count = head.count("reg_max");
  return count >= 2 ? count : head.fail("reg_max is 1, expected 2 or more");
}

function strides(head: ModuleRecord): number[] {
  const { data } = head.weights("stride");
  const values = [...data.subarray(0, MAX_LEVELS + 1)];
  const sound =
    values.length > 0 &&
    values.length <= MAX_LEVELS &&
    values.every((stride) => Number.isInteger(stride) && stride >= 1 && stride <= MAX_STRIDE);
  return sound
    ? values
    : head.fail(`strides are [${values}], expected one to ${MAX_LEVELS} whole numbers up to ${MAX_STRIDE}`);
}
