import type { DetectorManifest, SelfiePipeline } from "../../contracts/manifest.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import { loadNetwork } from "../network.ts";
import { createWitnesses } from "../stages/witnesses.ts";
import { selfieLook } from "./selfie-look.ts";

/**
 * All people of a picture as one mask: MediaPipe's selfie segmentation. Its score is the product of how sure the
 * network is of its pixels and how sure its witnesses are that there is anybody.
 */
export async function createSelfiePipeline(
  { id, detects }: Pick<DetectorManifest, "id" | "detects">,
  { network, witnesses: stages, threshold }: SelfiePipeline,
  runtime: DetectionRuntime,
): Promise<Finder> {
  const [ready, witnesses] = await Promise.all([
    loadNetwork(id, network, runtime),
    createWitnesses(id, stages, runtime),
  ]);
  const { pool } = runtime;
  return {
    threshold,
    async find(picture, { confidence, signal }) {
      const clock = startFindClock();
      const look = async () => {
        const args = { name: id, network: ready, picture, least: confidence };
        const { result, ms } = await pool.call(selfieLook, args, signal);
        clock.add(ms);
        return result;
      };
      return await clock.timeRest("inference", async () => {
        // At once where there are threads for both: all but a few pictures that are shown to this model hold somebody.
        const [seen, asked] = await Promise.all([
          look(),
          pool.threads > 1 ? witnesses.ask(picture, clock, signal) : null,
        ]);
        if (seen === null) return { detections: [], ms: clock.ms };
        const { presence, people } = seen;
        const detector = asked ?? (await witnesses.ask(picture, clock, signal));
        const score = detector * presence;
        if (people === null || !(score > confidence)) return { detections: [], ms: clock.ms };
        const found = { ...people, score, label: detects, stages: { detector, presence } };
        return { detections: [found], ms: clock.ms };
      });
    },
  };
}
