import { halfToFloat } from "./half-float.ts";
import type { TfliteTensor } from "./tflite-model.ts";

/** Elements of a constant as singles; null for what is computed, and for a type that holds no real numbers. */
export function denseFloats(tensor: TfliteTensor): Float32Array | null {
  if (tensor.data === null) return null;
  if (tensor.type === "float16") return halfToFloat(tensor.data);
  if (tensor.type !== "float32") return null;
  // A copy, since the file gives no promise that its vectors start on a multiple of four.
  return new Float32Array(tensor.data.slice().buffer);
}
