import { type InpainterManifest, SoftCapability } from "../contracts/manifest.ts";
import type { GenerationParameters, ZoomOptions } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";

/** Generation fields that are given but that the inpainter does not take, in the order of the contract. */
export function unsupportedParameters(
  { capabilities }: InpainterManifest,
  parameters: GenerationParameters,
): SoftCapability[] {
  return SoftCapability.options.filter(
    (name) => parameters[name] !== undefined && !capabilities.soft.includes(name),
  );
}

/** One warning of the fields that will be ignored, if any; under `strict` an INPUT_INVALID that names them all. */
export function checkCapabilities(
  manifest: InpainterManifest,
  parameters: GenerationParameters,
  strict: boolean,
): string[] {
  const unsupported = unsupportedParameters(manifest, parameters);
  if (unsupported.length === 0) return [];
  const taken = manifest.capabilities.soft.join(", ") || "none";
  if (strict) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `model ${manifest.id} does not take ${unsupported.join(", ")} (strict: true); of these fields it takes ${taken}`,
    );
  }
  return [`model ${manifest.id} takes no notice of ${unsupported.join(", ")}`];
}

/**
 * Throws INPUT_INVALID where the zoom asks for a working size that the inpainter can never have.
 * @param where begins the message, such as `steps.detail.`
 */
export function checkHardCapabilities(
  manifest: InpainterManifest,
  zoom: Pick<ZoomOptions, "guideSize">,
  where = "",
): void {
  const { maxSide } = manifest.capabilities.hard;
  if (zoom.guideSize === undefined || zoom.guideSize <= maxSide) return;
  throw new MaskloomError(
    "INPUT_INVALID",
    `${where}guideSize: expected at most ${maxSide}, which is what model ${manifest.id} takes, got ${zoom.guideSize}`,
  );
}
