import type { Point } from "../../contracts/detection.ts";
import type { SsdDecoder } from "../../contracts/manifest.ts";
import { defineProcedure } from "../../onnx/procedure.ts";
import type { Network } from "../network.ts";
import {
  fitLetterbox,
  type Letterbox,
  type PicturePart,
  type RgbPixels,
  sampleLetterbox,
} from "../sampling/letterbox.ts";
import type { Candidate } from "./candidate.ts";
import { createSsdDecoder, type Decode } from "./ssd-decoder.ts";

interface SsdLook {
  /** Shown in errors. */
  readonly name: string;
  readonly network: Network;
  readonly decoder: SsdDecoder;
  readonly picture: RgbPixels;
  readonly part: PicturePart;
  /** Candidates score above this. */
  readonly least: number;
}

/** What a single-shot detector sees in a part of a picture: candidates in pixels of the picture, in falling order of score. */
export const ssdLook = defineProcedure(
  import.meta.url,
  "ssdLook",
  async ({ name, network, decoder, picture, part, least }: SsdLook, models): Promise<Candidate[]> => {
    const { model, size, input } = network;
    const letterbox = fitLetterbox(part, size);
    const outputs = await models.run(model, input, (into) =>
      sampleLetterbox(picture, size, letterbox, part, into),
    );
    const decode = decoderOf(name, network, decoder);
    return decode(outputs, least).map((candidate) => toPicture(candidate, letterbox, part));
  },
);

/** This thread's: anchors are the same for every picture. */
const DECODERS = new Map<string, Decode>();

function decoderOf(name: string, { model, size }: Network, decoder: SsdDecoder): Decode {
  const key = `${model.key} ${JSON.stringify(decoder)}`;
  const known = DECODERS.get(key);
  if (known !== undefined) return known;
  const decode = createSsdDecoder(name, decoder, size);
  DECODERS.set(key, decode);
  return decode;
}

/** From pixels of the network's input, which shows a part of the picture, to pixels of the picture. */
function toPicture(
  candidate: Candidate,
  { scale, offsetX, offsetY }: Letterbox,
  part: PicturePart,
): Candidate {
  const point = ([x, y]: Point): Point => [x * scale - offsetX + part.x, y * scale - offsetY + part.y];
  const [x0, y0, x1, y1] = candidate.box;
  return {
    box: [...point([x0, y0]), ...point([x1, y1])],
    score: candidate.score,
    keypoints: candidate.keypoints.map(point),
  };
}
