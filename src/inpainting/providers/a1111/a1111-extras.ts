import { z } from "zod";
import type { GenerationParameters } from "../../../contracts/tasks.ts";
import { MaskloomError, parseAs } from "../../../errors.ts";
import { type ControlUnit, controlUnits, shareOf } from "../control-nets.ts";
import { type A1111Catalogue, nameThere } from "./a1111-catalogue.ts";
import type { ControlNetArgs, Img2ImgRequest } from "./a1111-wire.ts";

/** What a step has besides prompt and sampler, in the words of whichever web UI it is. */
export interface A1111Extras {
  /** Words of its prompt. */
  readonly loras: readonly string[];
  readonly overrides: Readonly<Record<string, string | number | readonly string[]>>;
  readonly fields: Pick<
    Img2ImgRequest,
    "clip_skip" | "refiner_checkpoint" | "refiner_switch_at" | "alwayson_scripts"
  >;
}

interface Kind {
  readonly isForge: boolean;
  readonly isSdNext: boolean;
}

/**
 * @param findCheckpoint its title for a name; undefined where it has none such
 * @throws INPUT_INVALID for what it does not have, or cannot do
 */
export async function a1111Extras(
  parameters: GenerationParameters,
  catalogue: A1111Catalogue,
  findCheckpoint: (name: string) => string | undefined,
  signal: AbortSignal,
): Promise<A1111Extras> {
  const { lora = [], vae, clipSkip, refiner, controlNet = [] } = parameters;
  const isPlain =
    vae === undefined && clipSkip === undefined && refiner === undefined && controlNet.length === 0;
  const kind = isPlain ? { isForge: false, isSdNext: false } : await kindOf(catalogue, signal);
  const known = lora.length === 0 ? null : await catalogue.list("loras", signal);
  return {
    loras: lora.map(({ model, weight = 1 }) => `<lora:${nameThere("lora", model, known)}:${weight}>`),
    overrides: {
      ...(vae === undefined ? {} : await vaeOverride(vae, kind, catalogue, signal)),
      ...(clipSkip === undefined || kind.isSdNext ? {} : { CLIP_stop_at_last_layers: clipSkip + 1 }),
    },
    fields: {
      ...(clipSkip !== undefined && kind.isSdNext ? { clip_skip: clipSkip + 1 } : {}),
      ...(refiner === undefined ? {} : refinerFields(refiner, parameters, kind, findCheckpoint)),
      ...(controlNet.length === 0 ? {} : await controlNetFields(controlUnits(parameters), catalogue, signal)),
    },
  };
}

/** The same, as far as it does not depend on which web UI it is. @throws INPUT_INVALID */
export function checkExtras(parameters: GenerationParameters): void {
  const { refiner, steps } = parameters;
  controlUnits(parameters);
  if (refiner === undefined) return;
  const { startStep, startStepPercentage } = readRefiner(refiner);
  shareOf(startStep, startStepPercentage, steps, "refiner: startStep");
}

async function kindOf(catalogue: A1111Catalogue, signal: AbortSignal): Promise<Kind> {
  const isForge = (await catalogue.list("modules", signal)) !== null;
  return { isForge, isSdNext: !isForge && (await catalogue.list("version", signal)) !== null };
}

async function vaeOverride(vae: string, { isForge }: Kind, catalogue: A1111Catalogue, signal: AbortSignal) {
  const name = nameThere("vae", vae, await catalogue.list(isForge ? "modules" : "vaes", signal));
  return isForge ? { forge_additional_modules: [name] } : { sd_vae: name };
}

/** The API's fields. */
const Refiner = z.strictObject({
  model: z.string().min(1),
  startStep: z.int().min(0).max(200).optional(),
  startStepPercentage: z.number().min(0).max(100).optional(),
});
const readRefiner = (refiner: NonNullable<GenerationParameters["refiner"]>) =>
  parseAs(Refiner, refiner, "refiner");
/** Where a step does not say it: the web UIs' own. */
const SWITCH_AT = 0.8;

function refinerFields(
  refiner: NonNullable<GenerationParameters["refiner"]>,
  { steps }: GenerationParameters,
  { isSdNext }: Kind,
  findCheckpoint: (name: string) => string | undefined,
): A1111Extras["fields"] {
  if (isSdNext) throw unable("refiner", "SD.Next takes none with a request");
  const { model, startStep, startStepPercentage } = readRefiner(refiner);
  const title = findCheckpoint(model);
  if (title === undefined)
    throw unable(
      "refiner",
      `the web UI has no checkpoint ${JSON.stringify(model)} (maskloom providers test lists them)`,
    );
  const share = shareOf(startStep, startStepPercentage, steps, "refiner: startStep");
  return { refiner_checkpoint: title, refiner_switch_at: share ?? SWITCH_AT };
}

/** In the words of sd-webui-controlnet, which Forge understands as well. */
const MODES = {
  balanced: "Balanced",
  prompt: "My prompt is more important",
  controlnet: "ControlNet is more important",
} as const;

async function controlNetFields(
  units: readonly ControlUnit[],
  catalogue: A1111Catalogue,
  signal: AbortSignal,
): Promise<A1111Extras["fields"]> {
  const models = await catalogue.list("controlModels", signal);
  const modules = await catalogue.list("controlModules", signal);
  if (models === null)
    throw unable(
      "controlNet",
      "this web UI has none: install sd-webui-controlnet there (Forge brings one; that of SD.Next is not spoken)",
    );
  const args = units.map(
    ({
      model,
      preprocessor = "none",
      weight = 1,
      start = 0,
      end = 1,
      mode = "balanced",
    }): ControlNetArgs => ({
      enabled: true,
      module: nameThere("controlNet: preprocessor", preprocessor, modules),
      model: nameThere("controlNet", model, models),
      weight,
      guidance_start: start,
      guidance_end: end,
      control_mode: MODES[mode],
      pixel_perfect: true,
    }),
  );
  return { alwayson_scripts: { ControlNet: { args } } };
}

const unable = (field: string, fact: string): MaskloomError =>
  new MaskloomError("INPUT_INVALID", `${field}: ${fact}`);
