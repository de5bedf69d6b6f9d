import type { DetectorManifest, SelfiePipeline } from "../contracts/manifest.ts";
import type { Found } from "../image/detection-shape.ts";
import { describePatch } from "../image/outline.ts";
import type { DetectionRuntime } from "./detection-runtime.ts";
import { startFindClock } from "./find-clock.ts";
import type { Finder } from "./finder.ts";
import { INSIDE_SHARE, stretchMask } from "./mask-to-picture.ts";
import { loadNetwork } from "./network.ts";
import { onlyFloats } from "./only-floats.ts";
import { sampleStretched } from "./sample-stretched.ts";

/** All people of a picture as one mask: MediaPipe's selfie segmentation. */
export async function createSelfiePipeline(
  { id, detects }: Pick<DetectorManifest, "id" | "detects">,
  { network, threshold }: SelfiePipeline,
  runtime: DetectionRuntime,
): Promise<Finder> {
  const { width, height } = network.input;
  const ready = await loadNetwork(id, network, runtime);
  return {
    threshold,
    async find(picture, { confidence, signal }) {
      const clock = startFindClock();
      const samples = clock.time("preprocess", () => sampleStretched(picture, network.input));
      const outputs = await clock.timeAsync("inference", () => ready.run(samples, signal));
      const detections = clock.time("postprocess", (): Found[] => {
        const data = onlyFloats(outputs, width * height, id);
        const score = meanInside(data);
        const segmentation = stretchMask({ width, height, data }, picture);
        if (!(score > confidence) || segmentation === null) return [];
        const described = describePatch(segmentation);
        if (described === null) return [];
        const { x0, y0, x1, y1 } = described.box;
        return [{ box: [x0, y0, x1, y1], score, label: detects, polygon: described.polygon, segmentation }];
      });
      return { detections, ms: clock.ms };
    },
  };
}

/** How sure the network is of what it takes for people; 0 where it takes nothing for people. */
function meanInside(shares: Float32Array): number {
  const inside = shares.filter((share) => share > INSIDE_SHARE);
  return inside.length === 0 ? 0 : inside.reduce((sum, share) => sum + share, 0) / inside.length;
}
