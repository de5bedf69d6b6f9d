import { namesOf } from "../../models/registry.ts";
import type { DetectorManifest, InpainterManifest } from "../contracts/manifest.ts";
import { detectorModelKey } from "../detection/model-key.ts";
import type { ModelLibrary } from "../detection/weights/model-library.ts";
import type { AvailableModel, Catalogue } from "../engine/catalogue.ts";
import { inpainterVersion } from "../inpainting/providers/registry.ts";
import { localCheck, type ParameterCheck } from "./check-literals.ts";
import type { ModelSources } from "./model-sources.ts";
import { remoteCatalogue } from "./remote-catalogue.ts";

/** A catalogue that also knows what its inpainters can do. */
export interface ManifestCatalogue extends Catalogue {
  /** By any of its names, at a provider. Throws MODEL_UNKNOWN, or MODEL_UNAVAILABLE saying what brings it here. */
  readonly inpainterManifest: (name: string, provider?: string | null) => InpainterManifest;
  /** What the place that has a model says of what a step writes down. */
  readonly checkOf: (manifest: InpainterManifest, provider: string | null) => ParameterCheck;
}

/**
 * What is to be had at this moment, here and at the configured providers. Those that tell of their models are asked first;
 * one that does not answer has what it had.
 */
export async function openCatalogue(models: ModelSources): Promise<ManifestCatalogue> {
  const { providers } = models;
  const local = await localCatalogue(models);
  if (providers === undefined || providers.all.length === 0) return local;
  const named = [...providers.all, ...providers.groups];
  const remote = remoteCatalogue(providers, await providers.refresh());
  /* Here first, then where it costs nothing, then where it does: asked for without a name, that is refused by its price. */
  const choose = (
    kind: "detectors" | "inpainters",
    name: string,
    provider: string | undefined,
  ): AvailableModel => {
    if (provider !== undefined && provider !== "local") return remote[kind](name, provider);
    try {
      return local[kind](name, provider);
    } catch (error) {
      const elsewhere = provider === undefined ? remote.anywhere(kind, name) : null;
      if (elsewhere === null) throw error;
      return elsewhere;
    }
  };
  return {
    ...local,
    providers: [...local.providers, ...named.map(({ id }) => id)],
    paid: named.flatMap(({ id, settings }) => (settings.paid ? [id] : [])),
    kinds: Object.fromEntries(named.map(({ id, kind }) => [id, kind])),
    detectors: (name, provider) => choose("detectors", name, provider),
    inpainters: (name, provider) => choose("inpainters", name, provider),
    inpainterManifest(name, provider) {
      const found =
        provider == null || provider === "local"
          ? null
          : (providers.find(provider)?.findInpainter(name) ?? null);
      return found ?? local.inpainterManifest(name);
    },
    checkOf(manifest, provider) {
      const remote = provider === null || provider === "local" ? undefined : providers.find(provider);
      if (remote === undefined) return localCheck(manifest);
      return (parameters) => remote.checkParameters(manifest.id, parameters);
    },
  };
}

/** What runs on this machine, as it is at this moment: a model whose weights are not here is refused by name. */
async function localCatalogue(models: ModelLibrary): Promise<ManifestCatalogue> {
  const shelf = await models.look();
  const readyOf = <M>(known: readonly { readonly manifest: M; readonly state: string }[]): M[] =>
    known.flatMap(({ manifest, state }) => (state === "ready" ? [manifest] : []));
  return {
    providers: ["local"],
    detectors: (name) => availableDetector(shelf.findReady(name)),
    inpainters: (name) => availableInpainter(shelf.findReadyInpainter(name)),
    inpainterManifest: (name) => shelf.findReadyInpainter(name),
    checkOf: localCheck,
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
