import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { PHOTOS } from "./cli-installation.ts";

/* Pictures so small that what is tested is the engine, and so told apart that a result of the wrong one is seen. */

const SIDE = 96;
const CHANNELS = 3;
/** Around the astronaut's face, in pixels of the photo. */
const FACE = { left: 134, top: 28, width: 180, height: 180 };

/** A mask, and two fills in a row: each step takes what the one before has made, in whichever process that was. */
export const WORKFLOW = `
maskloom: 1
name: chaos
inputs:
  image: { type: image }
steps:
  - id: face
    task: imageMasking
    inputImage: \${inputs.image}
    model: mediapipe_face_short
    onEmpty: fail
  - id: red
    task: imageInference
    model: local:fill
    seedImage: \${inputs.image}
    maskImage: \${steps.face.maskImage}
    settings: { mode: colour, color: "#ff0000" }
  - id: green
    task: imageInference
    model: local:fill
    seedImage: \${steps.red.image}
    maskImage: \${steps.face.maskImage}
    settings: { mode: colour, color: "#00ff00" }
output: \${steps.green.image}
`;

export const fileName = (at: number): string => `${String(at).padStart(4, "0")}.png`;

/** The same face in each; in the first pixel stands the picture's number. */
export async function makePictures(folder: string, count: number, from = 0): Promise<void> {
  await mkdir(folder, { recursive: true });
  const photo = sharp(path.join(PHOTOS, "astronaut.jpg"));
  const face = await photo.extract(FACE).resize(SIDE, SIDE).removeAlpha().raw().toBuffer();
  for (let at = from; at < from + count; at += 1) {
    face.writeUInt16LE(at);
    const raw = { width: SIDE, height: SIDE, channels: CHANNELS } as const;
    await writeFile(path.join(folder, fileName(at)), await sharp(face, { raw }).png().toBuffer());
  }
}

/** What a result shows: the number of the picture it was made of, and the colour in the middle of the face. */
export async function readResult(bytes: Buffer): Promise<{ at: number; middle: readonly number[] }> {
  const pixels = await sharp(bytes).removeAlpha().raw().toBuffer();
  const middle = (SIDE / 2) * (SIDE + 1) * CHANNELS;
  return { at: pixels.readUInt16LE(0), middle: [...pixels.subarray(middle, middle + CHANNELS)] };
}
