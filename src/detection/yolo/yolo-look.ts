import type { Box } from "../../contracts/detection.ts";
import type { Found } from "../../image/detection-shape.ts";
import { outlineOf } from "../../image/outline.ts";
import { defineProcedure } from "../../onnx/procedure.ts";
import type { InputSize, RgbPixels } from "../sampling/letterbox.ts";
import { type MaskPatch, readPrototypeMask } from "./prototype-mask.ts";
import { readYoloAnswer, type YoloAnswer } from "./yolo-answer.ts";
import { readYoloBoxes, type YoloBox } from "./yolo-boxes.ts";
import type { YoloFacts } from "./yolo-facts.ts";
import { fitYoloLetterbox, sampleYoloLetterbox, type YoloLetterbox } from "./yolo-letterbox.ts";
import type { YoloNetwork } from "./yolo-network.ts";

interface YoloLook {
  /** Shown in errors. */
  readonly name: string;
  readonly network: YoloNetwork;
  readonly picture: RgbPixels;
  /** Finds score above this. */
  readonly least: number;
}

type YoloFind = Omit<Found, "segmentation"> & { readonly segmentation?: MaskPatch };

/** What a YOLO network sees in a picture: boxes clamped to it, and masks where it segments; in falling order of score. */
export const yoloLook = defineProcedure(
  import.meta.url,
  "yoloLook",
  async ({ name, network, picture, least }: YoloLook, models): Promise<YoloFind[]> => {
    const { model, facts } = network;
    const letterbox = fitYoloLetterbox(picture, facts);
    const input = { name: facts.input, dims: [1, 3, letterbox.height, letterbox.width] };
    const outputs = await models.run(model, input, (into) => sampleYoloLetterbox(picture, letterbox, into));
    return readFinds(readYoloAnswer(outputs, facts, name), facts, least, picture, letterbox);
  },
  (finds) => finds.flatMap(({ segmentation }) => segmentation?.data.buffer ?? []) as ArrayBuffer[],
);

function readFinds(
  answer: YoloAnswer,
  { labels }: YoloFacts,
  confidence: number,
  picture: InputSize,
  letterbox: YoloLetterbox,
): YoloFind[] {
  const finds: YoloFind[] = [];
  for (const found of readYoloBoxes(answer.values, answer.columns, labels.length, confidence)) {
    const box = toPicture(found.box, picture, letterbox);
    // A box that lay in the border alone.
    if (!(box[0] < box[2] && box[1] < box[3])) continue;
    const label = labels[found.classIndex] ?? "";
    const mask = maskOf(found, box, answer, labels.length, picture, letterbox);
    finds.push({ box, score: found.score, label, ...mask });
  }
  return finds;
}

/** From pixels of the network's input to pixels of the picture. */
function toPicture(
  [x0, y0, x1, y1]: Box,
  { width, height }: InputSize,
  { left, top, innerWidth, innerHeight }: YoloLetterbox,
): Box {
  const across = (x: number): number => Math.max(0, Math.min(width, ((x - left) * width) / innerWidth));
  const down = (y: number): number => Math.max(0, Math.min(height, ((y - top) * height) / innerHeight));
  return [across(x0), down(y0), across(x1), down(y1)];
}

function maskOf(
  { column }: YoloBox,
  box: Box,
  { values, columns, prototypes }: YoloAnswer,
  classes: number,
  picture: InputSize,
  letterbox: YoloLetterbox,
): Pick<YoloFind, "segmentation" | "polygon"> {
  if (prototypes === null) return {};
  const coefficients = Float32Array.from(
    { length: prototypes.channels },
    (_, channel) => values[(4 + classes + channel) * columns + column] as number,
  );
  const segmentation = readPrototypeMask(prototypes, coefficients, box, picture, letterbox);
  const polygon = outlineOf(segmentation);
  return polygon.length < 3 ? { segmentation } : { segmentation, polygon };
}
