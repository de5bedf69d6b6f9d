import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { becomeKnown } from "../../../src/cli/models/add.ts";
import type { DetectorManifest } from "../../../src/contracts/manifest.ts";
import { createModelLibrary } from "../../../src/detection/weights/model-library.ts";
import { errorOf } from "../../onnx/run-model.ts";

const weights = readFileSync(
  fileURLToPath(new URL("../../fixtures/pytorch/yolov8-detect.pt", import.meta.url)),
);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "maskloom-known-"));
  vi.spyOn(process.stdout, "write").mockImplementation(() => true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

/** A model that is pulled, of which these are the publisher's bytes. */
function known(bytes: Uint8Array): DetectorManifest {
  const url = "https://publisher.example/faces.pt";
  const source = { url, file: "faces.pt", bytes: bytes.length, sha256: sha256(bytes) };
  return {
    kind: "detector",
    id: "faces",
    detects: "face",
    description: "Faces.",
    shape: "box",
    pipeline: { kind: "yolo", source },
    licence: "MIT",
  };
}

it("a file with the bytes of a known model lies where a pull would have put it", async () => {
  const library = createModelLibrary(root);
  const manifest = known(weights);
  await becomeKnown(manifest, sha256(weights), weights, library);
  const { source } = manifest.pipeline as Extract<DetectorManifest["pipeline"], { kind: "yolo" }>;
  expect(Buffer.from(await library.readWeights(source)).equals(weights)).toBe(true);
});

it("one that does not run is taken away again", async () => {
  const wrong = Buffer.from("no network");
  const failure = await errorOf(() =>
    becomeKnown(known(wrong), sha256(wrong), wrong, createModelLibrary(root)),
  );
  expect(failure).toMatchObject({ code: "MODEL_UNREADABLE" });
  expect(existsSync(path.join(root, "pulled", "faces.pt"))).toBe(false);
});
