import type { InpainterManifest } from "../../contracts/manifest.ts";
import type { Inpainter } from "../inpainter.ts";

/** A configured place that executes inpainting tasks; several of one kind may stand side by side. */
export interface ProviderInstance {
  /** As in a manifest's `provider`. */
  readonly id: string;
  readonly kind: "local";
  readonly manifests: readonly InpainterManifest[];
  /** The manifest must be one of its own. */
  createInpainter(manifest: InpainterManifest): Inpainter;
}
