import { readFileSync } from "node:fs";
import { mediapipeFaceFull } from "../../../models/mediapipe-face-full.ts";
import { mediapipeFaceShort } from "../../../models/mediapipe-face-short.ts";
import type { TfliteNetwork } from "../../../src/contracts/manifest.ts";
import { inspectModel } from "../../../src/onnx/inspect-model.ts";
import { readArchive } from "../../../src/onnx/pytorch/archive.ts";
import { importPytorch } from "../../../src/onnx/pytorch/import-pytorch.ts";
import { importTflite } from "../../../src/onnx/tflite/import-tflite.ts";
import { readTflite } from "../../../src/onnx/tflite/tflite-model.ts";
import { readWeightFile } from "../../../src/onnx/weight-file.ts";
import { makeSpotNetwork } from "../../detection/yolo/spot-network.ts";
import { lookThrough } from "../hostile/look-through.ts";
import { zipFile } from "../pytorch/zip-file.ts";
import type { Span } from "./mutate.ts";

/** What reads files that somebody brought, and a sound file for it. */
export interface Reader {
  readonly file: Uint8Array;
  /** Where changes begin. */
  readonly within: readonly Span[];
  read(mutant: Uint8Array): Promise<unknown>;
}

const checkpoint = (name: string): Uint8Array =>
  readFileSync(new URL(`../../fixtures/pytorch/${name}.pt`, import.meta.url));

const whole = (file: Uint8Array): Span[] => [[0, file.length]];

/** All that stands before, between and after these parts of a file. */
function besides(file: Uint8Array, parts: readonly Uint8Array[]): Span[] {
  const sorted = parts
    .filter(({ buffer }) => buffer === file.buffer)
    .map((part): Span => [part.byteOffset - file.byteOffset, part.byteOffset - file.byteOffset + part.length])
    .sort(([a], [b]) => a - b);
  const starts = [0, ...sorted.map(([, to]) => to)];
  const ends = [...sorted.map(([from]) => from), file.length];
  return starts.map((start, at): Span => [start, Math.max(start, ends[at] ?? start)]);
}

/** An archive's checksums would refuse nearly every change: of its structure, all but the contents is changed. */
async function zipReader(): Promise<Reader> {
  const file = checkpoint("yolov8-detect-fused");
  const contents = [...(await readArchive(file)).values()];
  return { file, within: besides(file, contents), read: (mutant) => importPytorch(mutant, "mutant") };
}

/** The pickle alone is changed, and packed as if it had always been so. */
async function pickleReader(): Promise<Reader> {
  const entries = await readArchive(checkpoint("yolo11-detect"));
  const [name = "", file = new Uint8Array()] =
    [...entries].find(([entry]) => entry.endsWith("/data.pkl")) ?? [];
  return {
    file,
    within: whole(file),
    read(mutant) {
      const packed = [...entries].map(([entry, data]) => ({
        name: entry,
        data: entry === name ? mutant : data,
      }));
      return importPytorch(zipFile(packed), "mutant");
    },
  };
}

async function onnxReader(): Promise<Reader> {
  const metadata = {
    task: "segment",
    stride: "8",
    imgsz: "[64, 64]",
    names: "{0: 'red', 1: 'green', 2: 'blue'}",
  };
  const file = makeSpotNetwork({ segments: true, side: "dynamic", metadata });
  return { file, within: whole(file), read: lookThrough };
}

const tfliteReader =
  ({ source, input }: TfliteNetwork) =>
  async (): Promise<Reader> => {
    if (!("npm" in source)) throw new Error("expected weights in a package");
    const file = await readWeightFile(source);
    const weights = readTflite(file, "sound").tensors.flatMap(({ data }) => data ?? []);
    return {
      file,
      within: besides(file, weights),
      async read(mutant) {
        inspectModel(mutant, "mutant");
        return importTflite(mutant, { name: "mutant", range: input.range, pixels: "float32" });
      },
    };
  };

function networkOf({ pipeline }: typeof mediapipeFaceShort | typeof mediapipeFaceFull): TfliteNetwork {
  if (pipeline.kind !== "ssd") throw new Error("expected a single-shot detector");
  return pipeline.network;
}

export const READERS: Readonly<Record<string, () => Promise<Reader>>> = {
  zip: zipReader,
  pickle: pickleReader,
  onnx: onnxReader,
  tflite: tfliteReader(networkOf(mediapipeFaceShort)),
  "sparse tflite": tfliteReader(networkOf(mediapipeFaceFull)),
};
