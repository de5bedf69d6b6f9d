import { esrganDetail } from "../../../../models/esrgan-detail.ts";
import { fill } from "../../../../models/fill.ts";
import { MaskloomError } from "../../../errors.ts";
import type { InferencePool } from "../../../onnx/inference-pool.ts";
import type { Inpainter } from "../../inpainter.ts";
import type { ProviderInstance } from "../provider-instance.ts";
import { createEsrganDetail } from "./esrgan-detail.ts";
import { createFill } from "./fill.ts";

const FACTORIES: Readonly<Record<string, (pool: InferencePool) => Inpainter>> = {
  [esrganDetail.id]: createEsrganDetail,
  [fill.id]: createFill,
};

/** What runs on this machine: free of charge, offline. */
export function createLocalProvider(pool: InferencePool): ProviderInstance {
  return {
    id: "local",
    kind: "local",
    manifests: [esrganDetail, fill],
    createInpainter(manifest) {
      const create = FACTORIES[manifest.id];
      if (create === undefined) {
        throw new MaskloomError("INTERNAL", `model ${manifest.id}: the provider local has no code for it`);
      }
      return create(pool);
    },
  };
}
