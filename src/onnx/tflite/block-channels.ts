import { unreadableModel } from "../unreadable-model.ts";
import { BLOCK, channelsOf, intsOf } from "./block.ts";
import { planBlocks } from "./block-plan.ts";
import { denseFloats } from "./dense-floats.ts";
import { constantOf } from "./fold-constants.ts";
import type { TfliteModel, TfliteOperator, TfliteTensor } from "./tflite-model.ts";

/**
 * The model with whole blocks of channels wherever nothing stands against it. Constants must be folded before.
 *
 * The runtime computes pictures in blocks of channels. A convolution's last block it fills up by itself; but a sum of
 * pictures whose channels are no whole blocks makes it copy both into the plain layout, and its result back (more
 * than a quarter of the short face detector's time). So such pictures get channels of zeros, from the weights that
 * make them to the weights that read them: the same numbers, for what was computed anyway.
 */
export function blockChannels(model: TfliteModel): TfliteModel {
  const filled = planBlocks(model);
  if (filled.size === 0) return model;
  const tensors = model.tensors.map((tensor) =>
    filled.has(tensor.index) ? { ...tensor, shape: withChannels(tensor.shape, wholeBlocks(tensor)) } : tensor,
  );
  const operators = model.operators.map((operator) => {
    const [input, output] = [operator.inputs[0] ?? -1, operator.outputs[0] ?? -1];
    const channels = { read: tensors[input]?.shape.at(-1) ?? 1, made: tensors[output]?.shape.at(-1) ?? 1 };
    const inputs = operator.inputs.map((index, place) => {
      const constant = model.tensors[index];
      if (constant === undefined || constant.data === null) return index;
      if (!filled.has(input) && !filled.has(output)) return index;
      const grown = fillConstant(operator, place, constant, channels, model.name);
      if (grown === null) return index;
      // A tensor of its own: others may read the constant as it is.
      tensors.push({ ...grown, index: tensors.length });
      return tensors.length - 1;
    });
    return { ...operator, inputs };
  });
  return { ...model, tensors, operators };
}

/** A constant for the channels that its operator reads and makes now; null where it stays as it is. */
function fillConstant(
  operator: TfliteOperator,
  place: number,
  constant: TfliteTensor,
  { read, made }: { readonly read: number; readonly made: number },
  model: string,
): TfliteTensor | null {
  const { shape, type } = constant;
  if (operator.name === "PAD") {
    const pads = Int32Array.from([...intsOf(constant).slice(0, 7), made - read]);
    return { ...constant, data: new Uint8Array(pads.buffer) };
  }
  if (operator.name === "CONV_2D" && place === 1) {
    const [, height = 0, width = 0] = shape;
    return grow(constant, [made, height, width, read], model);
  }
  if (type !== "float32" || shape.length === 0 || shape.at(-1) === 1) return null;
  return grow(constant, withChannels(shape, made), model);
}

/** The constant with zeros behind each axis, less than a block of them; null where it has that shape. */
function grow(constant: TfliteTensor, shape: readonly number[], model: string): TfliteTensor | null {
  const from = denseFloats(constant);
  if (from === null || shape.every((size, axis) => size === constant.shape[axis])) return null;
  const fits = shape.every((size, axis) => {
    const more = size - (constant.shape[axis] ?? 0);
    return more >= 0 && more < BLOCK;
  });
  if (constant.shape.length !== shape.length || !fits) {
    throw unreadableModel(
      model,
      `constant "${constant.name}" is [${constant.shape}], its operator's pictures want [${shape}]; the file is damaged`,
    );
  }
  const to = new Float32Array(shape.reduce((product, size) => product * size, 1));
  const last = channelsOf(constant);
  for (let row = 0; row * last < from.length; row++) {
    to.set(from.subarray(row * last, (row + 1) * last), placeOf(row, constant.shape, shape));
  }
  return constantOf({ ...constant, shape }, to);
}

/** Where a row of the old shape begins within the new one. */
function placeOf(row: number, from: readonly number[], to: readonly number[]): number {
  let place = 0;
  let step = to.at(-1) ?? 1;
  let rest = row;
  for (let axis = to.length - 2; axis >= 0; axis--) {
    const size = from[axis] ?? 1;
    place += (rest % size) * step;
    step *= to[axis] ?? 1;
    rest = Math.floor(rest / size);
  }
  return place;
}

function wholeBlocks(tensor: TfliteTensor): number {
  return Math.ceil(channelsOf(tensor) / BLOCK) * BLOCK;
}

function withChannels(shape: readonly number[], channels: number): number[] {
  return [...shape.slice(0, -1), channels];
}
