import { readFlexMap } from "../flex-map.ts";
import type { OperatorContext } from "../operator-context.ts";

/*
 * The three operators by which MediaPipe's attention mesh looks at lips and eyes a second time: landmarks give a
 * rotated rectangle, the rectangle is sampled from a feature picture, and what was found there is brought back.
 * They follow mediapipe/util/tflite/operations, version 2; a matrix is [1, 4, 4] and leads from places of the crop
 * to places of the picture it was taken from.
 */

/** Every matrix row below those that move x and y. */
const LOWER_ROWS = [0, 0, 1, 0, 0, 0, 0, 1] as const;
/** Far below what a difference of landmarks can be told apart by, and large enough for its square to be a number. */
const TINY = 1e-12;
/** Corrects places for pixels whose centres lie at whole numbers. */
const HALF = 0.5;

/**
 * Landmarks2TransformMatrix: [1, points, 3] to the matrix of the scaled box around some of the points, upright where
 * two of them lie level. No angle is needed: the direction of the two, as cosine and sine, is the rotation.
 */
export function emitLandmarksToMatrix(context: OperatorContext): string {
  const { graph } = context;
  const options = optionsOf(context);
  const subset = options.list("subset_idxs");
  const [left, right] = [options.number("left_rotation_idx"), options.number("right_rotation_idx")];
  const points = context.tensor(0).shape[1] ?? 0;
  if (subset.length === 0 || [left, right, ...subset].some((point) => !(point >= 0 && point < points))) {
    context.fail(`its options name points that are not among the ${points}`);
  }
  const places = slice(context, context.value(0), 2, 0, 2);
  const pick = (chosen: readonly number[]): string =>
    graph.node("Gather", [places, graph.ints("points", chosen)], { axis: { int: 1 } });

  const level = graph.node("Sub", [pick([right]), pick([left])]);
  const { turn, turnBack } = rotations(context, level, options.number("target_rotation_radians"));
  const upright = graph.node("MatMul", [pick(subset), turn]);
  const bound = (op: "ReduceMin" | "ReduceMax"): string =>
    graph.node(op, [upright], { axes: { ints: [1] }, keepdims: { int: 1 } });
  const [low, high] = [bound("ReduceMin"), bound("ReduceMax")];
  const middle = graph.node("Mul", [graph.node("Add", [low, high]), numbers(context, [], [HALF])]);
  const centre = graph.node("MatMul", [middle, turnBack]);

  const crop = [options.number("output_width"), options.number("output_height")] as const;
  const factors = [options.number("scale_x") / crop[0], options.number("scale_y") / crop[1]];
  const scale = graph.node("Mul", [graph.node("Sub", [high, low]), numbers(context, [1, 1, 2], factors)]);
  const linear = graph.node("Mul", [turn, scale]);
  const toCorner = graph.node("MatMul", [
    linear,
    numbers(
      context,
      [1, 2, 1],
      crop.map((size) => -size / 2),
    ),
  ]);
  const shift = graph.node("Add", [swapped(context, centre), toCorner]);
  const upper = join(context, 2, [linear, numbers(context, [1, 2, 1], [0, 0]), shift]);
  return join(context, 1, [upper, numbers(context, [1, 2, 4], LOWER_ROWS)]);
}

/**
 * The [1, 2, 2] matrices that turn rows of points upright, and back, for a direction [1, 1, 2] that shall lie at
 * `target` radians. As in atan2, no direction at all counts as level.
 */
function rotations(
  context: OperatorContext,
  direction: string,
  target: number,
): { turn: string; turnBack: string } {
  const { graph } = context;
  const aside = [Math.cos(target), -Math.sin(target), Math.sin(target), Math.cos(target)];
  const safe = graph.node("Add", [direction, numbers(context, [1, 1, 2], [TINY, 0])]);
  const turned = graph.node("MatMul", [safe, numbers(context, [1, 2, 2], aside)]);
  const length = graph.node("ReduceL2", [turned], { axes: { ints: [2] }, keepdims: { int: 1 } });
  const cosineSine = graph.node("Div", [turned, length]);
  const across = graph.node("MatMul", [cosineSine, numbers(context, [1, 2, 2], [0, 1, -1, 0])]);
  const turnBack = join(context, 1, [cosineSine, across]);
  return { turn: swapped(context, turnBack), turnBack };
}

/** TransformTensorBilinear: the places of the crop, sampled bilinearly; nothing outside the outermost pixel centres. */
export function emitBilinearCrop(context: OperatorContext): string {
  const { graph } = context;
  checkVersion(context);
  const [, height = 0, width = 0] = context.output().shape;
  const [, inHeight = 0, inWidth = 0] = context.tensor(0).shape;
  if (inHeight < 2 || inWidth < 2) context.fail(`cannot sample between ${inHeight}×${inWidth} pixels`);
  const places = Array.from({ length: height * width }, (_, place) => [
    (place % width) + HALF,
    Math.floor(place / width) + HALF,
    0,
    1,
  ]);
  const rows = swapped(context, slice(context, context.value(1), 1, 0, 2));
  const found = graph.node("MatMul", [numbers(context, [1, height * width, 4], places.flat()), rows]);
  // GridSample counts from −1 to 1 between the centres of the outermost pixels.
  const spans = [2 / (inWidth - 1), 2 / (inHeight - 1)];
  const scaled = graph.node("Mul", [found, numbers(context, [2], spans)]);
  const shifts = spans.map((span) => -1 - HALF * span);
  const grid = graph.node("Add", [scaled, numbers(context, [2], shifts)]);
  const shaped = graph.node("Reshape", [grid, graph.ints("shape", [1, height, width, 2])]);
  const sampled = graph.node("GridSample", [context.value(0), shaped], { align_corners: { int: 1 } });
  const furthest = graph.node("ReduceMax", [graph.node("Abs", [grid])], {
    axes: { ints: [2] },
    keepdims: { int: 0 },
  });
  const within = graph.node("LessOrEqual", [furthest, numbers(context, [], [1])]);
  const mask = graph.node("Reshape", [
    graph.node("Cast", [within], { to: { int: 1 } }),
    graph.ints("shape", [1, 1, height, width]),
  ]);
  return graph.node("Mul", [sampled, mask]);
}

/** TransformLandmarks: points [1, points, 2] through the matrix. */
export function emitMovedLandmarks(context: OperatorContext): string {
  const { graph } = context;
  checkVersion(context);
  const { shape } = context.tensor(0);
  if (shape.length !== 3 || shape[2] !== 2) context.fail(`expected points of x and y, got [${shape}]`);
  const upper = slice(context, context.value(1), 1, 0, 2);
  const linear = swapped(context, slice(context, upper, 2, 0, 2));
  const shift = swapped(context, slice(context, upper, 2, 3, 4));
  return graph.node("Add", [graph.node("MatMul", [context.value(0), linear]), shift]);
}

function checkVersion(context: OperatorContext): void {
  const { version } = context.operator;
  if (version !== 2) context.fail(`expected version 2 of the operator, got ${version}`);
}

/** The operator's own options, by name. */
function optionsOf(context: OperatorContext): {
  number(name: string): number;
  list(name: string): readonly number[];
} {
  checkVersion(context);
  const options = readFlexMap(context.operator.customOptions) ?? context.fail("its options are damaged");
  const option = (name: string): number | readonly number[] =>
    options.get(name) ?? context.fail(`its option ${name} is missing`);
  return {
    number(name) {
      const value = option(name);
      if (typeof value !== "number" || !Number.isFinite(value))
        return context.fail(`its option ${name} is no number`);
      return value;
    },
    list(name) {
      const value = option(name);
      return typeof value === "number" ? context.fail(`its option ${name} is no list`) : value;
    },
  };
}

function numbers(context: OperatorContext, dims: readonly number[], values: readonly number[]): string {
  return context.graph.floats("numbers", dims, Float32Array.from(values));
}

function slice(context: OperatorContext, value: string, axis: number, from: number, to: number): string {
  const { graph } = context;
  const [start, end, axes] = [[from], [to], [axis]].map((list) => graph.ints("slice", list));
  return graph.node("Slice", [value, start ?? "", end ?? "", axes ?? ""]);
}

function swapped(context: OperatorContext, value: string): string {
  return context.graph.node("Transpose", [value], { perm: { ints: [0, 2, 1] } });
}

function join(context: OperatorContext, axis: number, values: readonly string[]): string {
  return context.graph.node("Concat", values, { axis: { int: axis } });
}
