import { findInpainter, inpainterManifests, namesOf } from "../../models/registry.ts";
import type { DetectorManifest, InpainterManifest } from "../contracts/manifest.ts";
import { detectorModelKey } from "../detection/model-key.ts";
import type { ModelLibrary } from "../detection/weights/model-library.ts";
import type { AvailableModel, Catalogue } from "../engine/catalogue.ts";
import { inpainterVersion } from "../inpainting/providers/registry.ts";

/** What runs on this machine, as it is at this moment: a model whose weights are not here is refused by name. */
export async function localCatalogue(models: ModelLibrary): Promise<Catalogue> {
  const shelf = await models.look();
  const ready = () => shelf.models.flatMap(({ manifest, state }) => (state === "ready" ? [manifest] : []));
  return {
    providers: ["local"],
    detectors: (name) => availableDetector(shelf.findReady(name)),
    inpainters: (name) => availableInpainter(findInpainter(name)),
    ready: (kind) =>
      kind === "detectors" ? ready().map(availableDetector) : inpainterManifests.map(availableInpainter),
  };
}

function availableDetector(manifest: DetectorManifest): AvailableModel {
  const digest = detectorModelKey(manifest);
  return { model: manifest.id, names: namesOf(manifest), provider: "local", digest, seeded: false };
}

function availableInpainter(manifest: InpainterManifest): AvailableModel {
  const { id, provider, capabilities } = manifest;
  return {
    model: id,
    names: namesOf(manifest),
    provider,
    digest: inpainterVersion(manifest),
    seeded: capabilities.soft.includes("seed"),
    paid: capabilities.paid,
  };
}
