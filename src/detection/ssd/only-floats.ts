import { MaskloomError } from "../../errors.ts";
import type { Tensors } from "../../onnx/tensor.ts";

/** The values of a network with one output. Throws MODEL_UNREADABLE where it has others, or not that many. */
export function onlyFloats(outputs: Tensors, size: number, name: string): Float32Array {
  const [tensor, ...others] = Object.values(outputs);
  if (tensor?.type === "float32" && tensor.data.length === size && others.length === 0) return tensor.data;
  const sizes = Object.entries(outputs).map(([output, { data }]) => `${output}: ${data.length}`);
  throw new MaskloomError(
    "MODEL_UNREADABLE",
    `model ${name}: expected one output of ${size} values, got ${sizes.join(", ")}`,
  );
}
