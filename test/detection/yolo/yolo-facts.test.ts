import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readYoloFacts } from "../../../src/detection/yolo/yolo-facts.ts";
import { type OnnxHeader, readOnnxHeader } from "../../../src/onnx/read-onnx.ts";
import { mayBeMissing } from "../../may-be-missing.ts";
import { errorOf } from "../../onnx/run-model.ts";

type Shape = readonly (number | string)[];

const tensor = (name: string, shape: Shape, type = "float32") => ({ name, type, shape });

function header(input: Shape, outputs: readonly Shape[], metadata: Record<string, string> = {}): OnnxHeader {
  return {
    inputs: [tensor("images", input)],
    outputs: outputs.map((shape, index) => tensor(`output${index}`, shape)),
    metadata,
    opCounts: {},
    opset: 17,
    producer: "",
  };
}

const read = (from: OnnxHeader, labels?: readonly string[]) =>
  readYoloFacts(from, "mine", { detects: "thing", labels });

const SQUARE = [1, 3, 640, 640];

describe("readYoloFacts", () => {
  it("takes size, stride, names and task from what the exporter wrote", () => {
    const metadata = { task: "segment", stride: "64", imgsz: "[480, 640]", names: "{0: 'cat', 1: 'dog'}" };
    expect(
      read(
        header(
          [1, 3, 480, 640],
          [
            [1, 38, 6300],
            [1, 32, 120, 160],
          ],
          metadata,
        ),
      ),
    ).toEqual({
      input: "images",
      boxes: "output0",
      prototypes: "output1",
      width: 640,
      height: 480,
      dynamic: false,
      stride: 64,
      labels: ["cat", "dog"],
    });
  });

  it("reads a file without metadata by its shapes", () => {
    expect(read(header(SQUARE, [[1, 5, 8400]]))).toMatchObject({
      prototypes: null,
      stride: 32,
      labels: ["thing"],
    });
    const segment = read(
      header(
        [1, 3, 320, 256],
        [
          [1, 4 + 3 + 16, 1680],
          [1, 16, 80, 64],
        ],
      ),
    );
    expect(segment).toMatchObject({ width: 256, height: 320, labels: ["class0", "class1", "class2"] });
  });

  it("fits pictures into the trained size where the input is dynamic, 640 where nothing says more", () => {
    const dynamic = ["batch", 3, "height", "width"];
    const rows = ["batch", 6, "anchors"];
    const metadata = { imgsz: "[320, 416]", names: "['a', 'b']" };
    expect(read(header(dynamic, [rows], metadata))).toMatchObject({ width: 416, height: 320, dynamic: true });
    expect(read(header(dynamic, [rows]))).toMatchObject({ width: 640, height: 640, dynamic: true });
    const nothing = header(["?", "?", "?", "?"], [["?", "?", "?"]], { names: "{0: 'a'}" });
    expect(read(nothing)).toMatchObject({ width: 640, dynamic: true, labels: ["a"] });
  });

  it("fills the gaps of numbered names", () => {
    const metadata = { names: "{0: 'a', 2: 'c'}" };
    expect(read(header(SQUARE, [[1, 7, 8400]], metadata)).labels).toEqual(["a", "class1", "c"]);
  });

  it("names no classes after a list of hundreds of thousands", () => {
    const names = Array.from({ length: 200_000 }, (_, index) => `${index}: 'a'`).join(", ");
    expect(read(header(SQUARE, [[1, 6, 8400]], { names: `{${names}}` })).labels).toEqual([
      "class0",
      "class1",
    ]);
    const few = "0: 'a', 70000: 'b'";
    expect(read(header(SQUARE, [[1, 6, 8400]], { names: `{${few}}` })).labels).toEqual(["class0", "class1"]);
  });

  it("takes a network that knows more classes than a small picture has places", () => {
    const names = Array.from({ length: 365 }, (_, index) => `${index}: 'thing ${index}'`).join(", ");
    const small = header([1, 3, 128, 128], [[1, 369, 336]], { names: `{${names}}` });
    expect(read(small)).toMatchObject({ width: 128, labels: expect.objectContaining({ length: 365 }) });
  });

  it("says little of a task that is long", async () => {
    const error = await errorOf(() => read(header(SQUARE, [[1, 5, 8400]], { task: "t".repeat(2 ** 20) })));
    expect(error).toMatchObject({ code: "MODEL_UNREADABLE" });
    expect(String(error).length).toBeLessThan(1_000);
  });

  it("prefers the labels that it is given", () => {
    const metadata = { names: "{0: 'a', 1: 'b'}" };
    expect(read(header(SQUARE, [[1, 6, 8400]], metadata), ["x", "y"]).labels).toEqual(["x", "y"]);
  });

  it.each<[string, OnnxHeader, RegExp]>([
    ["poses", header(SQUARE, [[1, 56, 8400]], { task: "pose" }), /whose task is "pose"/],
    ["rotated boxes", header(SQUARE, [[1, 20, 8400]], { task: "obb" }), /whose task is "obb"/],
    ["classes of whole pictures", header([1, 3, 224, 224], [[1, 1000]]), /output0 float32 \[1, 1000\]/],
    [
      "poses that say no task",
      header(SQUARE, [[1, 56, 8400]], { names: "{0: 'person'}" }),
      /expected 52 labels/,
    ],
    ["suppressed answers", header(SQUARE, [[1, 300, 6]]), /already suppressed.*nms=False/],
    [
      "suppressed segmentations",
      header(SQUARE, [
        [1, 300, 38],
        [1, 32, 160, 160],
      ]),
      /already suppressed.*nms=False/,
    ],
    ["end-to-end networks", header(SQUARE, [[1, 84, 8400]], { end2end: "True" }), /end2end=False/],
    ["YOLOv5", header(SQUARE, [[1, 25_200, 85]]), /YOLOv5/],
    [
      "segmenting without prototypes",
      header(SQUARE, [[1, 37, 8400]], { task: "segment" }),
      /outputs output0/,
    ],
    ["fixed batches", header([8, 3, 640, 640], [[8, 84, 8400]]), /batches of 8.*batch=1/],
    ["channels last", header([1, 640, 640, 3], [[1, 84, 8400]]), /\[1, 3, height, width\]/],
    ["no inputs", { ...header(SQUARE, [[1, 84, 8400]]), inputs: [] }, /inputs none/],
    [
      "half precision",
      { ...header(SQUARE, [[1, 84, 8400]]), inputs: [tensor("images", SQUARE, "float16")] },
      /an input of float16; export it again in single precision/,
    ],
    ["an input of any number of classes", header(SQUARE, [[1, "rows", 8400]]), /give its labels/],
    ["an input of a million pixels a side", header([1, 3, 1e6, 1e6], [[1, 84, 8400]]), /1000000 × 1000000/],
    [
      "a trained side of a billion",
      header([1, 3, "h", "w"], [[1, 5, "places"]], { imgsz: "[1000000000, 640]" }),
      /an input of 640 × 1000000000/,
    ],
    [
      "a stride of a hundred million",
      header([1, 3, "h", "w"], [[1, 5, "places"]], { stride: "100000000" }),
      /a stride of 100000000 pixels/,
    ],
    [
      "four billion classes",
      header(SQUARE, [[1, 2 ** 32, "places"]]),
      /10000 classes at most, got 4294967292/,
    ],
  ])("refuses %s and says why", async (_, from, message) => {
    const error = await errorOf(() => read(from));
    expect(error).toMatchObject({ code: "MODEL_UNREADABLE", message: expect.stringMatching(message) });
    expect(error).toMatchObject({ message: expect.stringMatching(/^model mine: expected /) });
  });

  it("refuses labels of another number than the network has classes", async () => {
    const error = await errorOf(() => read(header(SQUARE, [[1, 6, 8400]]), ["only one"]));
    expect(error).toMatchObject({
      code: "MODEL_UNREADABLE",
      message: expect.stringMatching(/expected 2 labels.*got 1 \(only one\)/),
    });
  });
});

const WEIGHTS = new URL("../../../../shared/weights/yolov8/", import.meta.url);

describe.skipIf(mayBeMissing && !existsSync(WEIGHTS))("facts of the real weights of ../shared", () => {
  it.each([
    ["yolov8n-face_deq640.onnx", { width: 640, prototypes: null, labels: ["face"] }],
    ["yolov8n-seg_person_deq640.onnx", { width: 640, prototypes: "output1", labels: ["person"] }],
    ["unsupported_convinteger_int8.onnx", { width: 320, prototypes: null }],
  ])("%s", (file, facts) => {
    const bytes = readFileSync(new URL(file, WEIGHTS));
    expect(read(readOnnxHeader(bytes, file))).toMatchObject({ ...facts, dynamic: false, stride: 32 });
  });
});
