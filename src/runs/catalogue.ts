import { findInpainter } from "../../models/registry.ts";
import { detectorModelKey } from "../detection/model-key.ts";
import type { ModelLibrary } from "../detection/weights/model-library.ts";
import type { Catalogue } from "../engine/resolve.ts";
import { inpainterVersion } from "../inpainting/providers/registry.ts";

/** What runs on this machine, as it is at this moment: a model whose weights are not here is refused by name. */
export async function localCatalogue(models: ModelLibrary): Promise<Catalogue> {
  const shelf = await models.look();
  return {
    providers: ["local"],
    detectors(name) {
      const manifest = shelf.findReady(name);
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
}
