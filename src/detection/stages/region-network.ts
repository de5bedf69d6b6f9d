import pLimit from "p-limit";
import type { TfliteNetwork } from "../../contracts/manifest.ts";
import type { Procedure } from "../../onnx/procedure.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import type { FindClock } from "../find-clock.ts";
import { loadNetwork } from "../network.ts";
import type { RgbPixels } from "../sampling/letterbox.ts";
import type { FirstFind, RegionLook } from "./region-look.ts";

export interface RegionLooks<Rule, Result> {
  readonly clock: FindClock;
  readonly signal: AbortSignal | undefined;
  readonly look: Procedure<RegionLook<Rule>, Result>;
  readonly rule: Rule;
}

/** A second stage: a network that is shown the region around each first find. */
export interface RegionNetwork {
  /** What the look makes of each region, in the order of the finds. */
  look<Rule, Result>(
    picture: RgbPixels,
    finds: readonly FirstFind[],
    looks: RegionLooks<Rule, Result>,
  ): Promise<Result[]>;
}

/** @param name shown in errors */
export async function createRegionNetwork(
  name: string,
  described: TfliteNetwork,
  runtime: DetectionRuntime,
): Promise<RegionNetwork> {
  const network = await loadNetwork(name, described, runtime);
  const { pool } = runtime;
  return {
    look(picture, finds, { clock, signal, look, rule }) {
      // Those that cannot begin yet can still be dropped.
      const limit = pLimit(2 * pool.threads);
      const lookAt = async (find: FirstFind) => {
        const { result, ms } = await pool.call(look, { name, network, picture, find, rule }, signal);
        clock.add(ms);
        return result;
      };
      return clock.timeRest("inference", () =>
        Promise.all(finds.map((find) => limit(lookAt, find))).finally(() => limit.clearQueue()),
      );
    },
  };
}
