import type { Found } from "../../image/detection-shape.ts";
import { describePatch } from "../../image/outline.ts";
import { defineProcedure } from "../../onnx/procedure.ts";
import { stretchMask } from "../masks/mask-to-picture.ts";
import type { Patch } from "../masks/place-mask.ts";
import { INSIDE_SHARE } from "../masks/share-map.ts";
import type { Network } from "../network.ts";
import type { RgbPixels } from "../sampling/letterbox.ts";
import { sampleStretched } from "../sampling/sample-stretched.ts";
import { onlyFloats } from "../ssd/only-floats.ts";

interface SelfieLook {
  /** Shown in errors. */
  readonly name: string;
  readonly network: Network;
  readonly picture: RgbPixels;
  /** Surer than this it must be. */
  readonly least: number;
}

interface Selfie {
  /** How sure the network is of what it takes for people, 0–1. */
  readonly presence: number;
  readonly people: (Omit<Found, "label" | "score"> & { readonly segmentation: Patch }) | null;
}

/** All people of a picture as one mask. Null where the network sees nobody. */
export const selfieLook = defineProcedure(
  import.meta.url,
  "selfieLook",
  async ({ name, network, picture, least }: SelfieLook, models): Promise<Selfie | null> => {
    const { width, height } = network.size;
    const outputs = await models.run(network.model, network.input, (into) =>
      sampleStretched(picture, network.size, into),
    );
    const data = onlyFloats(outputs, width * height, name);
    const presence = meanInside(data);
    if (!(presence > least)) return null;
    const segmentation = stretchMask({ width, height, data }, picture);
    return { presence, people: segmentation === null ? null : describe(segmentation) };
  },
  (selfie) => (selfie?.people ? [selfie.people.segmentation.data.buffer as ArrayBuffer] : []),
);

function describe(segmentation: Patch): Selfie["people"] {
  const described = describePatch(segmentation);
  if (described === null) return null;
  const { x0, y0, x1, y1 } = described.box;
  return { box: [x0, y0, x1, y1], polygon: described.polygon, segmentation };
}

/** How sure the network is of what it takes for people; 0 where it takes nothing for people. */
function meanInside(shares: Float32Array): number {
  let [sum, count] = [0, 0];
  for (let at = 0; at < shares.length; at++) {
    const share = shares[at] as number;
    if (!(share > INSIDE_SHARE)) continue;
    sum += share;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
