import { createTemplate, type Template } from "./template.ts";
import { fluxFill } from "./templates/flux-fill.ts";
import { sd15Inpaint } from "./templates/sd15-inpaint.ts";

/** The one that is taken where nobody names one. */
export const STANDARD_TEMPLATE = "sd15-inpaint";
/** It brings no checkpoint into play: it is a model by itself, where its weights are. */
export const FLUX_FILL = "flux-fill";

/** Files that go by several names, whole or quantised: by placeholder, what the one that is there is called like. */
const FLUX_FILES = {
  unet: /flux.*fill/i,
  clip: /^clip_?l/i,
  t5: /t5.?xxl/i,
  vae: /^ae$|flux.*(vae|ae$)/i,
} as const;

export const shippedTemplates = (): readonly Template[] => [
  createTemplate(STANDARD_TEMPLATE, sd15Inpaint),
  { ...createTemplate(FLUX_FILL, fluxFill), alike: FLUX_FILES },
];

/** Whether one of the models that UNETLoader offers is Flux Fill. */
export const offersFluxFill = (stems: readonly string[]): boolean =>
  stems.some((stem) => FLUX_FILES.unet.test(stem));
