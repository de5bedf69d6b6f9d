import { esrganDetail } from "../../../../models/esrgan-detail.ts";
import { fill } from "../../../../models/fill.ts";
import { inpainterManifests } from "../../../../models/registry.ts";
import { MaskloomError } from "../../../errors.ts";
import type { Inpainter } from "../../inpainter.ts";
import type { ProviderInstance } from "../provider-instance.ts";
import { createEsrganDetail } from "./esrgan-detail.ts";
import { createFill } from "./fill.ts";
import { createNetworkInpainter, type NetworkRuntime } from "./network/network-inpainter.ts";

/** What has code of its own; the others are networks that their manifests describe. */
const FACTORIES: Readonly<Record<string, (runtime: NetworkRuntime) => Inpainter>> = {
  [esrganDetail.id]: ({ pool }) => createEsrganDetail(pool),
  [fill.id]: createFill,
};

/** What runs on this machine: free of charge, offline. */
export function createLocalProvider(runtime: NetworkRuntime): ProviderInstance {
  return {
    id: "local",
    kind: "local",
    manifests: inpainterManifests,
    createInpainter(manifest) {
      const create = FACTORIES[manifest.id];
      if (create !== undefined) return create(runtime);
      const { network } = manifest;
      if (network !== undefined) return createNetworkInpainter({ ...manifest, network }, runtime);
      throw new MaskloomError("INTERNAL", `model ${manifest.id}: the provider local has no code for it`);
    },
  };
}
