import type { DetectorManifest, SelfiePipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import { describePatch } from "../../image/outline.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import { stretchMask } from "../masks/mask-to-picture.ts";
import type { Patch } from "../masks/place-mask.ts";
import { INSIDE_SHARE } from "../masks/share-map.ts";
import { loadNetwork } from "../network.ts";
import { sampleStretched } from "../sampling/sample-stretched.ts";
import { onlyFloats } from "../ssd/only-floats.ts";
import { createWitnesses } from "../stages/witnesses.ts";

/**
 * All people of a picture as one mask: MediaPipe's selfie segmentation. Its score is the product of how sure the
 * network is of its pixels and how sure its witnesses are that there is anybody.
 */
export async function createSelfiePipeline(
  { id, detects }: Pick<DetectorManifest, "id" | "detects">,
  { network, witnesses: stages, threshold }: SelfiePipeline,
  runtime: DetectionRuntime,
): Promise<Finder> {
  const { width, height } = network.input;
  const [ready, witnesses] = await Promise.all([
    loadNetwork(id, network, runtime),
    createWitnesses(id, stages, runtime),
  ]);
  return {
    threshold,
    async find(picture, { confidence, signal }) {
      const clock = startFindClock();
      const samples = clock.time("preprocess", () => sampleStretched(picture, network.input));
      // At once where there are threads for both: all but a few pictures that are shown to this model hold somebody.
      const [outputs, asked] = await clock.timeRest("inference", () =>
        Promise.all([
          ready.run(samples, signal),
          runtime.pool.threads > 1 ? witnesses.ask(picture, clock, signal) : null,
        ]),
      );
      const data = onlyFloats(outputs, width * height, id);
      const presence = clock.time("postprocess", () => meanInside(data));
      if (!(presence > confidence)) return { detections: [], ms: clock.ms };
      const detector = asked ?? (await witnesses.ask(picture, clock, signal));
      const score = detector * presence;
      if (!(score > confidence)) return { detections: [], ms: clock.ms };
      const detections = clock.time("postprocess", () => {
        const segmentation = stretchMask({ width, height, data }, picture);
        const found = segmentation === null ? null : describe(segmentation);
        return found === null ? [] : [{ ...found, score, label: detects, stages: { detector, presence } }];
      });
      return { detections, ms: clock.ms };
    },
  };
}

function describe(segmentation: Patch): Omit<Found, "label" | "score"> | null {
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
