import { sourcesOf } from "../../models/networks.ts";
import { detectorModelKey } from "../detection/model-key.ts";
import type { ModelManifest, ModelShelf } from "../detection/weights/model-library.ts";
import { inpainterVersion } from "../inpainting/providers/registry.ts";

/**
 * SHA-256 of a model's files, each once, in the order of its manifest. Empty where it has none, where it runs elsewhere, and where it
 * is here no more or has been replaced: what a batch was resolved to says another digest then.
 * @param modelDigest what a step was resolved to
 */
export function weightsOf(
  { models, inpainters }: Pick<ModelShelf, "models" | "inpainters">,
  { model, modelDigest }: { readonly model: string | null; readonly modelDigest: string },
): readonly string[] {
  const [own] = modelDigest.split("+"); // those behind it are of its fallback
  const known = [...models, ...inpainters].find(
    ({ manifest }) => manifest.id === model && versionOf(manifest) === own,
  );
  return known === undefined ? [] : [...new Set(sourcesOf(known.manifest).map(({ sha256 }) => sha256))];
}

const versionOf = (manifest: ModelManifest): string =>
  "pipeline" in manifest ? detectorModelKey(manifest) : inpainterVersion(manifest);
