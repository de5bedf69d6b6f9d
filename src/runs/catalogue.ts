import { findDetector, findInpainter } from "../../models/registry.ts";
import { detectorModelKey } from "../detection/model-key.ts";
import type { Catalogue } from "../engine/resolve.ts";
import { inpainterVersion } from "../inpainting/providers/registry.ts";

/** What runs on this machine. */
export const localCatalogue: Catalogue = {
  providers: ["local"],
  detectors(name) {
    const manifest = findDetector(name);
    return { model: manifest.id, provider: "local", digest: detectorModelKey(manifest), seeded: false };
  },
  inpainters(name) {
    const manifest = findInpainter(name);
    const { id, provider, capabilities } = manifest;
    return {
      model: id,
      provider,
      digest: inpainterVersion(manifest),
      seeded: capabilities.soft.includes("seed"),
    };
  },
};
