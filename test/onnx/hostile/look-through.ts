import { readYoloFacts, type YoloFacts } from "../../../src/detection/yolo/yolo-facts.ts";
import { toYoloOnnx } from "../../../src/detection/yolo/yolo-weights.ts";
import { readOnnxHeader } from "../../../src/onnx/read-onnx.ts";

/** All that is asked of a file before the runtime reads it. */
export async function lookThrough(bytes: Uint8Array): Promise<YoloFacts> {
  const onnx = await toYoloOnnx(bytes, "hostile.onnx");
  return readYoloFacts(readOnnxHeader(onnx, "hostile.onnx"), "hostile.onnx", { detects: "thing" });
}
