import type { InpainterManifest, InpaintingNetwork, ModelSource } from "../../../../contracts/manifest.ts";
import type { TensorSummary } from "../../../../onnx/model-summary.ts";
import type { OnnxHeader } from "../../../../onnx/read-onnx.ts";
import { unreadableModel } from "../../../../onnx/unreadable-model.ts";

type Pair = readonly [number, number];

/** What a file does not say of itself. */
export interface DeclaredFacts {
  /** Black and white of the picture that it takes; default 0 and 1, or 255 where it takes bytes. */
  readonly imageRange: Pair | undefined;
  /** And of the one that it answers with. */
  readonly outputRange: Pair;
  /** The mask's values where the picture is kept and where it is repainted; default as of the picture. */
  readonly maskValues: Pair | undefined;
  readonly channels: InpaintingNetwork["image"]["channels"];
}

/** Networks of no fixed size halve a picture some times over; most do it three times. */
const USUAL_MULTIPLE = 8;
const USUAL_SIDE = 512;
/** More would keep a thread, and its memory, for minutes. */
const LARGEST_SIDE = 1024;

/**
 * The network in an ONNX file: the input of three channels is the picture, that of one the mask, the output of three
 * channels the answer.
 * @throws MODEL_UNREADABLE for a file with other inputs and outputs, naming them
 * @param name shown in errors
 */
export function readNetworkFacts(
  { inputs, outputs }: Pick<OnnxHeader, "inputs" | "outputs">,
  source: ModelSource,
  declared: DeclaredFacts,
  name: string,
): InpaintingNetwork {
  const image = only(inputs, 3);
  const mask = only(inputs, 1);
  const output = only(outputs, 3);
  if (image === null || mask === null || output === null || inputs.length !== 2) {
    throw unreadableModel(
      name,
      "expected an inpainter with two inputs, a picture [1, 3, height, width] and a mask [1, 1, height, width] of " +
        "float32 or uint8, and an output [1, 3, height, width]; " +
        `its inputs are ${listed(inputs)}, its outputs ${listed(outputs)}`,
    );
  }
  const { imageRange, outputRange, maskValues, channels } = declared;
  const [keep, repaint] = maskValues ?? usualRange(mask);
  return {
    source,
    image: { name: image.name, type: image.type, range: [...(imageRange ?? usualRange(image))], channels },
    mask: { name: mask.name, type: mask.type, keep, repaint },
    output: { name: output.name, range: [...outputRange] },
    size: fixedSize(image),
  };
}

const usualRange = ({ type }: Plane): Pair => [0, type === "uint8" ? 255 : 1];

/** What crops a network can be given, from its size. */
export function hardCapabilities({ size }: InpaintingNetwork): InpainterManifest["capabilities"]["hard"] {
  const any = { mask: true, answerScales: [1] };
  if (size === null) {
    return {
      ...any,
      nativeSize: USUAL_SIDE,
      maxSide: LARGEST_SIDE,
      multipleOf: USUAL_MULTIPLE,
      aspect: null,
    };
  }
  const [width, height] = size;
  const side = Math.max(width, height);
  // A grid could not hold two different sides: there the crop comes out a pixel off at most, and is scaled.
  const multipleOf = width === height ? side : 1;
  return { ...any, nativeSize: side, maxSide: side, multipleOf, aspect: width / height };
}

type Plane = TensorSummary & { readonly type: "float32" | "uint8" };

/** The one tensor of so many channels; one whose shape is not told, where there is but one tensor, is taken on trust. */
function only(tensors: readonly TensorSummary[], channels: number): Plane | null {
  const fitting = tensors.filter(
    ({ shape }) =>
      (shape.length === 4 && shape[1] === channels) || (shape.length === 0 && tensors.length === 1),
  );
  const [first] = fitting;
  return first !== undefined && fitting.length === 1 && isPlane(first) ? first : null;
}

const isPlane = (tensor: TensorSummary): tensor is Plane =>
  tensor.type === "float32" || tensor.type === "uint8";

function fixedSize({ shape: [, , height, width] }: TensorSummary): [number, number] | null {
  if (typeof width !== "number" || typeof height !== "number") return null;
  return width > 0 && height > 0 ? [width, height] : null;
}

function listed(tensors: readonly TensorSummary[]): string {
  const texts = tensors.map(({ name, type, shape }) => `${name} ${type} [${shape.join(", ")}]`);
  return texts.length === 0 ? "none" : texts.join(", ");
}
