import pLimit from "p-limit";
import type { TfliteNetwork } from "../../contracts/manifest.ts";
import { MaskloomError } from "../../errors.ts";
import type { Tensors } from "../../onnx/tensor.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import type { FindClock } from "../find-clock.ts";
import { loadNetwork } from "../network.ts";
import type { RgbPixels } from "../sampling/letterbox.ts";
import type { Region } from "../sampling/region.ts";
import { sampleRegion } from "../sampling/sample-region.ts";

/** A first find and where the second network shall look closer. */
export interface FirstFind {
  readonly region: Region;
  readonly score: number;
}

/** Values of one output; throws MODEL_UNREADABLE where the network has no such output of that size. */
export type ReadOutput = (name: string, size: number) => Float32Array;

interface RegionLooks<Result> {
  readonly clock: FindClock;
  readonly signal: AbortSignal | undefined;
  read(output: ReadOutput, find: FirstFind): Result;
}

/** A second stage: a network that is shown the region around each first find. */
export interface RegionNetwork {
  /** What `read` makes of each region's outputs, in the order of the finds. */
  look<Result>(
    picture: RgbPixels,
    finds: readonly FirstFind[],
    looks: RegionLooks<Result>,
  ): Promise<Result[]>;
}

/** @param name shown in errors */
export async function createRegionNetwork(
  name: string,
  network: TfliteNetwork,
  runtime: DetectionRuntime,
): Promise<RegionNetwork> {
  const ready = await loadNetwork(name, network, runtime);
  return {
    look(picture, finds, { clock, signal, read }) {
      // The samples of the others do not exist yet.
      const limit = pLimit(2 * runtime.pool.threads);
      const lookAt = async (find: FirstFind) => {
        const samples = clock.time("preprocess", () =>
          sampleRegion(picture, find.region, network.input.width),
        );
        const outputs = await ready.run(samples, signal);
        return clock.time("postprocess", () =>
          read((output, size) => valuesOf(outputs, output, size, name), find),
        );
      };
      return clock.timeRest("inference", () =>
        Promise.all(finds.map((find) => limit(lookAt, find))).finally(() => limit.clearQueue()),
      );
    },
  };
}

function valuesOf(outputs: Tensors, output: string, size: number, name: string): Float32Array {
  const tensor = outputs[output];
  if (tensor?.type === "float32" && tensor.data.length === size) return tensor.data;
  const sizes = Object.entries(outputs).map(([other, { data }]) => `${other}: ${data.length}`);
  throw new MaskloomError(
    "MODEL_UNREADABLE",
    `model ${name}: expected an output ${output} of ${size} values, got ${sizes.join(", ")}`,
  );
}
