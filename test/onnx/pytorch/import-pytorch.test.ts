import { existsSync, readFileSync } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { readYoloFacts } from "../../../src/detection/yolo/yolo-facts.ts";
import { importPytorch } from "../../../src/onnx/pytorch/import-pytorch.ts";
import { readOnnxHeader } from "../../../src/onnx/read-onnx.ts";
import { mayBeMissing } from "../../may-be-missing.ts";
import { errorOf, largestDifference } from "../run-model.ts";
import { smallCheckpoint } from "./checkpoint-file.ts";
import { picture } from "./picture.ts";

const FIXTURES = new URL("../../fixtures/pytorch/", import.meta.url);
const YOLOV5 = new URL("../../../../shared/weights/pt/yolov5n.pt", import.meta.url);
const HEIGHT = 64;
const WIDTH = 96;
/** Places of all three levels: strides 8, 16 and 32. */
const PLACES = 8 * 12 + 4 * 6 + 2 * 3;

const checkpoint = (name: string): Uint8Array => readFileSync(new URL(`${name}.pt`, FIXTURES));

async function run(onnx: Uint8Array, height: number, width: number) {
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const outputs = await session.run({
    images: new Tensor("float32", picture(height, width), [1, 3, height, width]),
  });
  await session.release();
  return outputs;
}

const floatsOf = (tensor: Tensor | undefined): Float32Array =>
  tensor?.data instanceof Float32Array ? tensor.data : new Float32Array();

/** What the export that Ultralytics makes of the same checkpoint gives for the same picture: make_fixtures.py. */
function expectedOf(name: string): Float32Array {
  const bytes = readFileSync(new URL(`${name}.expected`, FIXTURES));
  return new Float32Array(new Uint8Array(bytes).buffer);
}

describe.each([
  { name: "yolov8-detect", labels: ["face"], masks: 0 },
  { name: "yolov8-detect-fused", labels: ["a", "b", "c"], masks: 0 },
  { name: "yolov8-segment", labels: ["person", 'rider\'s "horse"'], masks: 8 },
  { name: "yolo11-detect", labels: ["hand", "foot"], masks: 0 },
  { name: "yolo11-segment-leaky", labels: ["person"], masks: 8 },
  { name: "yolov8-detect-s", labels: ["face", "hat"], masks: 0 },
  { name: "yolov8-segment-deep", labels: ["person"], masks: 8 },
  // Blocks that only the larger letters of YOLO11 have: C3k within C3k2.
  { name: "yolo11-detect-m", labels: ["hand", "foot"], masks: 0 },
  { name: "yolo11-segment-x-fused", labels: ["person"], masks: 8 },
])("the checkpoint $name", ({ name, labels, masks }) => {
  it("computes what Ultralytics' own export computes", async () => {
    const { output0, output1 } = await run(await importPytorch(checkpoint(name), name), HEIGHT, WIDTH);
    expect(output0?.dims).toEqual([1, 4 + labels.length + masks, PLACES]);
    expect(output1?.dims).toEqual(masks === 0 ? undefined : [1, masks, HEIGHT / 4, WIDTH / 4]);
    const rows = floatsOf(output0);
    const expected = expectedOf(name);
    expect(rows.length + floatsOf(output1).length).toBe(expected.length);
    const boxes = 4 * PLACES;
    expect(largestDifference(rows.subarray(0, boxes), expected.subarray(0, boxes))).toBeLessThan(1e-3);
    expect(largestDifference(rows.subarray(boxes), expected.subarray(boxes, rows.length))).toBeLessThan(1e-4);
    expect(largestDifference(floatsOf(output1), expected.subarray(rows.length))).toBeLessThan(1e-4);
  });

  it("says of itself what the decoder needs to know", async () => {
    const header = readOnnxHeader(await importPytorch(checkpoint(name), name), name);
    expect(readYoloFacts(header, name, { detects: "thing" })).toEqual({
      input: "images",
      boxes: "output0",
      prototypes: masks === 0 ? null : "output1",
      width: 640,
      height: 640,
      dynamic: true,
      stride: 32,
      labels,
    });
    expect(header.metadata).toMatchObject({ task: masks === 0 ? "detect" : "segment", imgsz: "[640, 640]" });
  });
});

it.each(["yolo11-detect-m", "yolo11-segment-x-fused"])(
  "finds the blocks of the larger letters in %s",
  (name) => {
    expect(Buffer.from(checkpoint(name)).includes("ultralytics.nn.modules.block\nC3k\n")).toBe(true);
  },
);

it("takes pictures of any size in whole strides", async () => {
  const onnx = await importPytorch(checkpoint("yolo11-detect"), "yolo11-detect");
  const { output0 } = await run(onnx, 32, 160);
  expect(output0?.dims).toEqual([1, 6, 4 * 20 + 2 * 10 + 1 * 5]);
});

it.each<[readonly [number, number], number]>([
  [[0, 1], 8],
  [[0, 3], 24],
])("centres boxes on their places, and takes the bins %j from the file", async (bins, side) => {
  const { output0 } = await run(await importPytorch(smallCheckpoint({ bins }), "small"), 1, 2);
  expect(output0?.dims).toEqual([1, 5, 2]);
  // Both bins weigh the same: every side lies (bin + bin) ∕ 2 strides of 8 pixels from its place.
  const centres = [4, 12, 4, 4];
  expect([...floatsOf(output0).subarray(0, 8)]).toEqual([...centres, side, side, side, side]);
});

it("gives the same bytes every time, which caches rely on", async () => {
  const bytes = checkpoint("yolov8-segment");
  const [first, second] = [await importPytorch(bytes, "a"), await importPytorch(bytes, "a")];
  expect(Buffer.compare(first, second)).toBe(0);
});

it("writes scores that differ from place to place, or else agreement would prove little", () => {
  const scores = [...expectedOf("yolov8-detect").subarray(4 * PLACES)];
  expect(Math.max(...scores) - Math.min(...scores)).toBeGreaterThan(0.1);
  expect(new Set(scores).size).toBeGreaterThan(100);
});

describe.skipIf(mayBeMissing && !existsSync(YOLOV5))(
  "a genuine checkpoint of YOLOv5 (../shared/weights)",
  () => {
    it("is read, and refused as another family", async () => {
      const error = await errorOf(() => importPytorch(readFileSync(YOLOV5), "yolov5n.pt"));
      expect(error).toMatchObject({
        code: "MODEL_UNREADABLE",
        message: expect.stringMatching(
          /got a YOLOv5 or YOLOv7 model .*\(a models\.yolo\.Model\); choose a model of YOLOv8/,
        ),
      });
    });
  },
);
