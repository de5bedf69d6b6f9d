import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Box } from "../../../src/contracts/detection.ts";
import type { RgbPixels } from "../../../src/detection/sampling/letterbox.ts";
import { intersectionOverUnion } from "../../../src/detection/ssd/weighted-suppression.ts";

const SIDE = 640;
const STRIDES = [8, 16, 32];

interface Face {
  readonly box: Box;
  readonly score: number;
}

export interface Yunet {
  find(picture: RgbPixels, confidence: number): Promise<Face[]>;
  close(): Promise<void>;
}

/** YuNet (OpenCV's face detector, 2023-03), read here by nothing of what is tested: another network, another decoder. */
export async function openYunet(weights: Uint8Array): Promise<Yunet> {
  const session = await InferenceSession.create(weights, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  return {
    async find(picture, confidence) {
      const scale = Math.max(picture.width, picture.height) / SIDE;
      const input = new Tensor("float32", toInput(picture, scale), [1, 3, SIDE, SIDE]);
      const outputs = await session.run({ input });
      const faces = STRIDES.flatMap((stride) => {
        const read = (name: string): Float32Array => {
          const data = outputs[`${name}_${stride}`]?.data;
          if (!(data instanceof Float32Array)) throw new Error(`YuNet has no output ${name}_${stride}`);
          return data;
        };
        return decode(stride, read("cls"), read("obj"), read("bbox"), confidence);
      });
      return suppress(faces).map(({ box, score }) => {
        const [x0, y0, x1, y1] = box;
        return { box: [x0 * scale, y0 * scale, x1 * scale, y1 * scale], score };
      });
    },
    close: () => session.release(),
  };
}

/** Blue, green, red of 0–255, in the left upper corner; the mean of the pixels under each sample. */
function toInput({ width, height, data }: RgbPixels, scale: number): Float32Array {
  const input = new Float32Array(3 * SIDE * SIDE);
  const per = Math.max(2, Math.ceil(scale));
  for (let y = 0; y < Math.floor(height / scale); y++) {
    for (let x = 0; x < Math.floor(width / scale); x++) {
      for (let at = 0; at < per * per; at++) {
        const column = Math.min(width - 1, Math.floor((x + ((at % per) + 0.5) / per) * scale));
        const row = Math.min(height - 1, Math.floor((y + (Math.floor(at / per) + 0.5) / per) * scale));
        for (let channel = 0; channel < 3; channel++) {
          const to = (2 - channel) * SIDE * SIDE + y * SIDE + x;
          input[to] = (input[to] ?? 0) + (data[(row * width + column) * 3 + channel] ?? 0) / (per * per);
        }
      }
    }
  }
  return input;
}

function decode(
  stride: number,
  classes: Float32Array,
  objects: Float32Array,
  boxes: Float32Array,
  confidence: number,
): Face[] {
  const columns = SIDE / stride;
  const faces: Face[] = [];
  for (const [cell, raw] of classes.entries()) {
    const score = Math.sqrt(raw * (objects[cell] ?? 0));
    if (score <= confidence) continue;
    const [dx = 0, dy = 0, width = 0, height = 0] = boxes.subarray(4 * cell, 4 * cell + 4);
    const x = ((cell % columns) + dx) * stride;
    const y = (Math.floor(cell / columns) + dy) * stride;
    const [halfWidth, halfHeight] = [(Math.exp(width) * stride) / 2, (Math.exp(height) * stride) / 2];
    faces.push({ box: [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight], score });
  }
  return faces;
}

function suppress(faces: readonly Face[]): Face[] {
  const kept: Face[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    if (kept.every(({ box }) => intersectionOverUnion(box, face.box) <= 0.3)) kept.push(face);
  }
  return kept;
}
