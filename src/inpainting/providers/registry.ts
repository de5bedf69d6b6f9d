import { createHash } from "node:crypto";
import { findInpainter } from "../../../models/registry.ts";
import type { InpainterManifest } from "../../contracts/manifest.ts";
import { MaskloomError } from "../../errors.ts";
import type { InferencePool } from "../../onnx/inference-pool.ts";
import { TFJS_IMPORTER_VERSION } from "../../onnx/tfjs/import-tfjs.ts";
import type { Inpainter } from "../inpainter.ts";
import { createLocalProvider } from "./local/local-provider.ts";
import type { ProviderInstance } from "./provider-instance.ts";

export interface InpainterRegistry {
  readonly instances: readonly ProviderInstance[];
  readonly manifests: readonly InpainterManifest[];
  /** The inpainter that a workflow's `model` names; throws MODEL_UNKNOWN. */
  resolveInpainter(modelId: string): { readonly instance: ProviderInstance; readonly inpainter: Inpainter };
  close(): Promise<void>;
}

/** All providers of this process; inpainters are made when first asked for. */
export function createInpainterRegistry(pool: InferencePool): InpainterRegistry {
  const instances: readonly ProviderInstance[] = [createLocalProvider(pool)];
  const inpainters = new Map<string, Inpainter>();
  return {
    instances,
    manifests: instances.flatMap((instance) => instance.manifests),
    resolveInpainter(modelId) {
      const manifest = findInpainter(modelId);
      const instance = instances.find((candidate) => candidate.manifests.includes(manifest));
      if (instance === undefined) {
        throw new MaskloomError(
          "PROVIDER_UNAVAILABLE",
          `model ${manifest.id}: its provider ${manifest.provider} is not configured; ` +
            `configured are ${instances.map(({ id }) => id).join(", ")}`,
        );
      }
      const inpainter = inpainters.get(manifest.id) ?? instance.createInpainter(manifest);
      inpainters.set(manifest.id, inpainter);
      return { instance, inpainter };
    },
    async close() {
      await Promise.all([...inpainters.values()].map((inpainter) => inpainter.close?.()));
      inpainters.clear();
    },
  };
}

/** Changes whenever a local inpainter would answer otherwise: weights, importer or its code. Part of cache keys. */
export function inpainterVersion(manifest: InpainterManifest): string {
  const parts = [
    manifest.id,
    LOCAL_CODE_VERSION,
    TFJS_IMPORTER_VERSION,
    ...manifest.sources.map((s) => s.sha256),
  ];
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}

/** Raised by hand with every change of what a local inpainter paints. */
const LOCAL_CODE_VERSION = 1;
