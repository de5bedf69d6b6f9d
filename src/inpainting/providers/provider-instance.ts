import type { ProviderSettings } from "../../config/provider-settings.ts";
import type { InpainterManifest } from "../../contracts/manifest.ts";
import type { ProviderKind, RemoteKind } from "../../contracts/provider.ts";
import type { GenerationParameters } from "../../contracts/tasks.ts";
import type { FloatImage, Mask } from "../../image/raster.ts";
import type { Inpainter, RemoteCall } from "../inpainter.ts";

/** A configured place that executes tasks; several of one kind may stand side by side. */
export interface ProviderInstance {
  /** As in a manifest's `provider`, and as a workflow's `provider` names it. */
  readonly id: string;
  readonly kind: ProviderKind;
  /** The models that are known without asking it: those that the configuration has, and what it told of when it was asked last. */
  readonly manifests: readonly InpainterManifest[];
  /** The manifest must be one of its own. */
  createInpainter(manifest: InpainterManifest): Inpainter;
}

/** One that works on another machine. Opening it says nothing to that machine; the first call does. */
export interface RemoteProvider extends ProviderInstance {
  readonly kind: RemoteKind;
  readonly settings: ProviderSettings;
  /** Of a group: the instances that its calls go to. */
  readonly members?: readonly RemoteProvider[];
  /** Those of them that have the model, as far as is known; the others are asked again what they have, for next time. */
  membersWith?(model: string): readonly RemoteProvider[];
  /** Which of a step's own provider fields it understands. */
  readonly takes: readonly ("native" | "template")[];
  /** The model of this name as far as is known without asking; null where it has none such. */
  findInpainter(model: string): InpainterManifest | null;
  /**
   * Looks at what a step writes down, without asking anybody; the same is looked at again when it is executed.
   * @param model as its manifest is called
   * @returns what is ignored or changed, for people
   * @throws INPUT_INVALID for what it never takes
   */
  checkParameters(model: string, parameters: GenerationParameters): readonly string[];
  /**
   * What of its configuration decides how pictures come out, such as templates and defaults, as text: with another one,
   * nothing that was made counts as done.
   */
  readonly recipe?: string;
  /** The same of what it can detect with; without the function it detects nothing. */
  findDetector?(model: string): RemoteDetector | null;
  /**
   * Asks it for the models it has, so that `findInpainter` knows them. Called before workflows are resolved, at most
   * every few seconds; where it fails, what was known before stays known.
   */
  refresh?(signal: AbortSignal): Promise<void>;
  /**
   * Whether it answers, and whether it takes the key. Costs nothing.
   * @throws PROVIDER_UNAVAILABLE, PROVIDER_REFUSED, PROVIDER_FAILED or TIMED_OUT with what to do
   */
  test(signal: AbortSignal): Promise<ProviderHealth>;
  close(): Promise<void>;
}

interface ProviderHealth {
  readonly milliseconds: number;
  /** What it says of itself, such as its version or its graphics card; for people. */
  readonly says: string;
  /** Names of the models it told of; empty where it tells of none. */
  readonly models: readonly string[];
}

/** What a remote detector finds: boxes may be missing, scores always are. */
export interface RemoteFinds {
  /** As large as the picture that was sent, 255 = found. */
  readonly mask: Mask;
  /** In pixels of the picture that was sent: [x0, y0, x1, y1]. */
  readonly boxes: readonly (readonly [number, number, number, number])[];
  /** USD; null where it was not told. */
  readonly cost: number | null;
  readonly warnings: readonly string[];
}

export interface RemoteDetector {
  /** As the provider calls it, such as runware:35@1. */
  readonly model: string;
  /** Other names that a workflow may say for it. */
  readonly names: readonly string[];
  /** What one detection is, in one word. */
  readonly detects: string;
  /** Pictures with a longer side are made smaller before. */
  readonly maxSide: number;
  detect(
    image: FloatImage,
    options: { readonly confidence: number; readonly signal: AbortSignal; readonly call: RemoteCall },
  ): Promise<RemoteFinds>;
}
