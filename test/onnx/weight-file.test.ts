import { expect, it } from "vitest";
import { mediapipeFaceShort } from "../../models/mediapipe-face-short.ts";
import * as networks from "../../models/mediapipe-networks.ts";
import { packagedSourcesOf } from "../../models/networks.ts";
import { readWeightFile } from "../../src/onnx/weight-file.ts";
import { errorOf } from "./run-model.ts";

const [source] = packagedSourcesOf(mediapipeFaceShort);
if (source === undefined) throw new Error("the model has a weight file");

it("reads the bytes that the manifest promises", async () => {
  expect((await readWeightFile(source)).length).toBe(source.bytes);
});

it.each(Object.entries(networks))("finds the weights of %s, packed or not", async (_, network) => {
  expect((await readWeightFile(network.source)).length).toBe(network.source.bytes);
});

it("refuses another part of a file that packs several", async () => {
  const { source: packed } = networks.faceLandmark;
  const error = await errorOf(() => readWeightFile({ ...packed, packed: [0, packed.bytes] }));
  expect(error).toMatchObject({
    code: "MODEL_UNREADABLE",
    message: expect.stringMatching(
      /expected 1241896 bytes at 0–1241896 with SHA-256 c603.*got 1241896 bytes/,
    ),
  });
});

it.each<[string, Partial<typeof source>, string, RegExp]>([
  [
    "other bytes",
    { sha256: "0".repeat(64) },
    "MODEL_UNREADABLE",
    /expected 229032 bytes with SHA-256 0{64}, got 229032/,
  ],
  [
    "a missing file",
    { file: "nothing.tflite" },
    "MODEL_UNAVAILABLE",
    /face_detection\/nothing\.tflite: expected it in/,
  ],
  [
    "a missing package",
    { npm: "@maskloom/nothing" },
    "MODEL_UNAVAILABLE",
    /run npm install @maskloom\/nothing/,
  ],
])("refuses %s", async (_, change, code, message) => {
  const error = await errorOf(() => readWeightFile({ ...source, ...change }));
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
});
