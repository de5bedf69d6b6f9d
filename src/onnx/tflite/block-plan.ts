import { BLOCK, channelsOf, intsOf } from "./block.ts";
import type { TfliteModel, TfliteOperator, TfliteTensor } from "./tflite-model.ts";

/**
 * What an operator allows: `free`: more channels in, out, both or none, since its weights are filled up with zeros;
 * `alike`: as many more in all its pictures; null: none.
 */
type Allowed = "free" | "alike" | null;

/** Operators that take each channel by itself. */
const ALIKE: ReadonlySet<string> = new Set([
  "ADD",
  "AVERAGE_POOL_2D",
  "HARD_SWISH",
  "LOGISTIC",
  "MAX_POOL_2D",
  "MUL",
  "PRELU",
  "RELU",
  "RELU6",
  "RESIZE_BILINEAR",
]);

/**
 * The pictures, by their tensors' indices, that are filled up to whole blocks of channels: all that gain by it, less
 * those that some operator does not allow.
 */
export function planBlocks(model: TfliteModel): ReadonlySet<number> {
  const filled = new Set(worthFilling(model));
  const zeros = findZeros(model);
  for (let size = -1; size !== filled.size; ) {
    size = filled.size;
    for (const operator of model.operators) {
      for (const index of forbiddenBy(operator, model, filled, zeros)) filled.delete(index);
    }
  }
  return filled;
}

function worthFilling({ operators, outputs, tensors }: TfliteModel): number[] {
  const computed = operators.flatMap((operator) => operator.outputs);
  return computed.filter((index) => {
    const tensor = tensors[index];
    if (tensor === undefined || tensor.shape.length !== 4 || outputs.includes(index)) return false;
    const channels = channelsOf(tensor);
    // Filling must not double the work of the convolutions that read it.
    return channels % BLOCK !== 0 && channels > BLOCK / 2;
  });
}

function forbiddenBy(
  operator: TfliteOperator,
  { tensors }: TfliteModel,
  filled: ReadonlySet<number>,
  zeros: ReadonlySet<number>,
): readonly number[] {
  const allowed = allowedBy(operator, tensors);
  if (allowed === null) return [...operator.inputs, ...operator.outputs];
  if (allowed === "alike") {
    const pictures = [...operator.inputs, ...operator.outputs].filter(
      (index) => tensors[index]?.data === null,
    );
    return pictures.every((index) => filled.has(index)) ? [] : pictures;
  }
  if (operator.name !== "PAD") return [];
  const [input = -1] = operator.inputs;
  const [output = -1] = operator.outputs;
  // Its new channels begin where those of its input end.
  const isWhole = filled.has(output) || (tensors[output]?.shape.at(-1) ?? 1) % BLOCK === 0;
  return isWhole && zeros.has(input) ? [] : [input];
}

function allowedBy(operator: TfliteOperator, tensors: readonly TfliteTensor[]): Allowed {
  const inputs = operator.inputs.flatMap((index) => tensors[index] ?? []);
  const output = tensors[operator.outputs[0] ?? -1];
  if (output === undefined || inputs.length === 0) return null;
  if (ALIKE.has(operator.name)) {
    return inputs.every((input) => isAlike(input, channelsOf(output))) ? "alike" : null;
  }
  return BY_OPERATOR[operator.name]?.(inputs, output) ?? null;
}

const BY_OPERATOR: Readonly<
  Record<string, (inputs: readonly TfliteTensor[], output: TfliteTensor) => Allowed>
> = {
  CONV_2D: () => "free",
  DEPTHWISE_CONV_2D: ([source], output) => (source?.shape.at(-1) === channelsOf(output) ? "alike" : null),
  PAD: ([, pads]) => (pads === undefined ? null : allowedByPad(intsOf(pads))),
};

/** Whether an input has a value for each channel; of constants one for all of them will do. */
function isAlike({ data, shape, type }: TfliteTensor, channels: number): boolean {
  if (data === null) return shape.length === 4 && shape[3] === channels;
  // What has other numbers tells of sizes.
  return type !== "float32" || shape.length === 0 || shape.at(-1) === 1 || shape.at(-1) === channels;
}

/** Channels behind the others are made by weights; rows and columns leave the channels as they are. */
function allowedByPad(pads: readonly number[]): Allowed {
  if (pads.length !== 8 || pads[6] !== 0) return null;
  if (pads[7] === 0) return "alike";
  return pads.slice(0, 6).every((size) => size === 0) ? "free" : null;
}

/** Pictures whose further channels would be zeros: all but what a sigmoid makes, and what is made with that. */
function findZeros({ operators, inputs, tensors }: TfliteModel): ReadonlySet<number> {
  const zeros = new Set<number>(inputs);
  for (const operator of operators) {
    const computed = operator.inputs.filter((index) => tensors[index]?.data === null);
    const isZero = (index: number): boolean => zeros.has(index);
    if (ZEROS[operator.name]?.(computed, isZero) ?? computed.every(isZero)) {
      for (const index of operator.outputs) zeros.add(index);
    }
  }
  return zeros;
}

/** Where that is not so when all inputs are zeros, and only then. */
const ZEROS: Readonly<
  Record<string, (inputs: readonly number[], isZero: (index: number) => boolean) => boolean>
> = {
  CONV_2D: () => true,
  LOGISTIC: () => false,
  MUL: (inputs, isZero) => inputs.some(isZero),
  PAD: () => true,
};
