import { createHash } from "node:crypto";
import { sourcesOf } from "../../../models/networks.ts";
import type { InpainterManifest } from "../../contracts/manifest.ts";
import type { ModelLibrary } from "../../detection/weights/model-library.ts";
import { MaskloomError } from "../../errors.ts";
import type { InferencePool } from "../../onnx/inference-pool.ts";
import { TFJS_IMPORTER_VERSION } from "../../onnx/tfjs/import-tfjs.ts";
import type { Inpainter } from "../inpainter.ts";
import { createLocalProvider } from "./local/local-provider.ts";
import type { ProviderInstance } from "./provider-instance.ts";

/** Raised by hand with every change of what a local inpainter paints. */
const LOCAL_CODE_VERSION = 2;

/** What inpainters of this machine run on, and which there are. */
export interface ProviderRuntime {
  readonly pool: InferencePool;
  readonly models: Pick<ModelLibrary, "findReadyInpainter" | "readWeights">;
}

/** The configured places that execute inpainting tasks; this version has the local one. */
export function createProviders({ pool, models }: ProviderRuntime): readonly ProviderInstance[] {
  return [createLocalProvider({ pool, readWeights: models.readWeights })];
}

/**
 * The inpainter that a workflow's `model` names, ready to be called any number of times at once.
 * Throws MODEL_UNKNOWN with the nearest name, MODEL_UNAVAILABLE where its weights are not here, PROVIDER_UNAVAILABLE
 * where no instance runs the model.
 */
export async function createInpainter(modelId: string, runtime: ProviderRuntime): Promise<Inpainter> {
  const manifest = await runtime.models.findReadyInpainter(modelId);
  const providers = createProviders(runtime);
  const instance = providers.find((provider) => provider.id === manifest.provider);
  if (instance !== undefined) return instance.createInpainter(manifest);
  throw new MaskloomError(
    "PROVIDER_UNAVAILABLE",
    `model ${manifest.id}: its provider ${manifest.provider} is not configured; ` +
      `configured are ${providers.map((provider) => provider.id).join(", ")}`,
  );
}

/** Changes whenever a local inpainter would answer otherwise: weights, importer or its code. Part of cache keys. */
export function inpainterVersion(manifest: InpainterManifest): string {
  const weights = sourcesOf(manifest).map((source) => source.sha256);
  const network =
    manifest.network === undefined ? [] : [JSON.stringify({ ...manifest.network, source: null })];
  const parts = [manifest.id, LOCAL_CODE_VERSION, TFJS_IMPORTER_VERSION, ...weights, ...network];
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}
