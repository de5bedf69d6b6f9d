import { expect, it } from "vitest";
import { faceLandmark, selfieSegmentation } from "../../models/mediapipe-networks.ts";
import { inspectModel } from "../../src/onnx/inspect-model.ts";
import { importTflite } from "../../src/onnx/tflite/import-tflite.ts";
import { readWeightFile } from "../../src/onnx/weight-file.ts";
import { errorOf } from "./run-model.ts";
import { tfliteFile } from "./tflite/tflite-file.ts";

it("tells what a TFLite file takes, gives and consists of", async () => {
  const summary = inspectModel(await readWeightFile(selfieSegmentation.source), "selfie");
  expect(summary).toMatchObject({
    format: "tflite",
    bytes: 249_024,
    version: 3,
    inputs: [{ name: "input_1", type: "float32", shape: [1, 256, 256, 3] }],
    outputs: [{ name: "activation_10", type: "float32", shape: [1, 256, 256, 1] }],
    unsupported: [],
  });
  expect(summary.operators).toContainEqual({ name: "HARD_SWISH", count: 11 });
  expect(summary.operators).toContainEqual({ name: "Convolution2DTransposeBias", count: 1 });
  const counts = summary.operators.map(({ count }) => count);
  expect(counts).toEqual(counts.toSorted((a, b) => b - a));
});

it("names the operators that cannot be converted", () => {
  const operators = ["SOFTMAX", "Blink"].map((name) => ({
    code: name === "SOFTMAX" ? 25 : name,
    inputs: [0],
    outputs: [1],
  }));
  const shape = [1, 1, 1, 3];
  const file = tfliteFile({ tensors: [{ shape }, { shape }], operators, inputs: [0], outputs: [1] });
  expect(inspectModel(file, "model").unsupported).toEqual(["SOFTMAX", "Blink"]);
});

it("tells the same of the ONNX model that was made of the file", async () => {
  const onnx = importTflite(await readWeightFile(faceLandmark.source), {
    name: "face",
    range: [0, 1],
    pixels: "uint8",
    outputs: ["conv2d_21"],
  });
  expect(inspectModel(onnx, "face.onnx")).toMatchObject({
    format: "onnx",
    version: 17,
    producer: "maskloom",
    inputs: [{ name: "image", type: "uint8", shape: [1, 192, 192, 3] }],
    outputs: [{ name: "conv2d_21", type: "float32", shape: [1, 1, 1, 1404] }],
  });
});

it.each([
  [
    "text",
    new TextEncoder().encode("not a model at all"),
    /expected a TFLite, ONNX or PyTorch .* no known format/,
  ],
  ["a web page", new TextEncoder().encode("<!doctype html>"), /got a web page/],
  ["an empty file", new Uint8Array(), /got an empty file/],
  ["an ONNX file cut off", Uint8Array.of(8, 8, 0x3a, 0xff), /expected an ONNX file/],
  ["a PyTorch checkpoint", Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0), /got a zip, as PyTorch/],
  ["a TFLite file cut off", new TextEncoder().encode("\u0008\u0000\u0000\u0000TFL3"), /truncated or damaged/],
])("refuses %s", async (_, bytes, message) => {
  const error = await errorOf(() => inspectModel(bytes, "file"));
  expect(error).toMatchObject({ code: "MODEL_UNREADABLE", message: expect.stringMatching(message) });
});
