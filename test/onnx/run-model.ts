import { InferenceSession, Tensor } from "onnxruntime-node";

/** Runs an ONNX model on one input named `image`; outputs by name. */
export async function runModel(
  onnx: Uint8Array,
  data: Float32Array | Uint8Array,
  dims: readonly number[],
): Promise<Record<string, { dims: readonly number[]; data: Float32Array }>> {
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const image =
    data instanceof Uint8Array ? new Tensor("uint8", data, dims) : new Tensor("float32", data, dims);
  const results = await session.run({ image });
  const outputs = Object.entries(results).map(([name, tensor]) => {
    if (!(tensor.data instanceof Float32Array)) throw new Error(`output ${name} holds no floats`);
    return [name, { dims: tensor.dims, data: new Float32Array(tensor.data) }] as const;
  });
  await session.release();
  return Object.fromEntries(outputs);
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < a.length; index++) {
    largest = Math.max(largest, Math.abs((a[index] ?? Number.NaN) - (b[index] ?? Number.NaN)));
  }
  return largest;
}

/** The error that `run` throws; fails where it throws none. */
export async function errorOf(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error("expected an error, but nothing was thrown");
}
