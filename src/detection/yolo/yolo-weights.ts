import { importPytorch } from "../../onnx/pytorch/import-pytorch.ts";
import { ONNX_MARK } from "../../onnx/read-onnx.ts";
import { vetOnnx } from "../../onnx/vet-onnx.ts";

/** Whether the weights are used as they are; the content decides, whatever the file is called. */
export function isOnnx(weights: Uint8Array): boolean {
  return weights[0] === ONNX_MARK;
}

/**
 * The ONNX model of a YOLO network's weights: an ONNX file as it is, once it was looked through; a PyTorch checkpoint converted.
 * Throws MODEL_UNREADABLE for anything else, naming what it is and what to do.
 * @param name shown in errors
 */
export async function toYoloOnnx(weights: Uint8Array, name: string): Promise<Uint8Array> {
  if (!isOnnx(weights)) return await importPytorch(weights, name);
  vetOnnx(weights, name);
  return weights;
}
