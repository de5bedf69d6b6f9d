import { namesOf } from "../../models/registry.ts";
import type { DetectorManifest, InpainterManifest } from "../contracts/manifest.ts";
import { detectorModelKey } from "../detection/model-key.ts";
import type { ModelLibrary } from "../detection/weights/model-library.ts";
import type { AvailableModel, Catalogue } from "../engine/catalogue.ts";
import { inpainterVersion } from "../inpainting/providers/registry.ts";

/** A catalogue that also knows what its inpainters can do. */
export interface ManifestCatalogue extends Catalogue {
  /** By any of its names. Throws MODEL_UNKNOWN, or MODEL_UNAVAILABLE saying what brings it here. */
  readonly inpainterManifest: (name: string) => InpainterManifest;
}

/** What runs on this machine, as it is at this moment: a model whose weights are not here is refused by name. */
export async function localCatalogue(models: ModelLibrary): Promise<ManifestCatalogue> {
  const shelf = await models.look();
  const readyOf = <M>(known: readonly { readonly manifest: M; readonly state: string }[]): M[] =>
    known.flatMap(({ manifest, state }) => (state === "ready" ? [manifest] : []));
  return {
    providers: ["local"],
    detectors: (name) => availableDetector(shelf.findReady(name)),
    inpainters: (name) => availableInpainter(shelf.findReadyInpainter(name)),
    inpainterManifest: (name) => shelf.findReadyInpainter(name),
    ready: (kind) =>
      kind === "detectors"
        ? readyOf(shelf.models).map(availableDetector)
        : readyOf(shelf.inpainters).map(availableInpainter),
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
