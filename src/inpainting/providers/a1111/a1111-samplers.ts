import { MaskloomError } from "../../../errors.ts";
import { suggestion } from "../../../nearest-name.ts";
import type { Img2ImgRequest } from "./a1111-wire.ts";

/** What it calls a sampler, and what else it takes for it. */
export interface SamplerName {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** Names of the API that are those of diffusers' classes, in the web UIs' words: diffusers' own table of both. */
const CLASSES: Readonly<Record<string, string>> = {
  DDIMScheduler: "DDIM",
  DEISMultistepScheduler: "DEIS",
  DPMSolverMultistepScheduler: "DPM++ 2M",
  DPMSolverSinglestepScheduler: "DPM++ SDE",
  EulerAncestralDiscreteScheduler: "Euler a",
  EulerDiscreteScheduler: "Euler",
  FlowMatchEulerDiscreteScheduler: "Euler",
  HeunDiscreteScheduler: "Heun",
  KDPM2AncestralDiscreteScheduler: "DPM2 a",
  KDPM2DiscreteScheduler: "DPM2",
  LCMScheduler: "LCM",
  LMSDiscreteScheduler: "LMS",
  PNDMScheduler: "PLMS",
  UniPCMultistepScheduler: "UniPC",
};

/** The API's word for whatever the model likes best. */
const MODELS_OWN = "default";

type Sampling = Pick<Img2ImgRequest, "sampler_name" | "scheduler">;

/**
 * Where a step names both in one, as `DPM++ 2M Karras`, they are told apart: the last words may be a schedule.
 * @param schedules as people read them; none where a web UI has them in its samplers' names
 * @throws INPUT_INVALID for a name that it does not have, with the nearest one
 */
export function samplingOf(
  asked: string,
  samplers: readonly SamplerName[],
  schedules: readonly string[],
): Sampling {
  const name = CLASSES[asked.trim()] ?? asked.trim();
  if (name.toLowerCase() === MODELS_OWN) return {};
  const whole = samplerNamed(name, samplers);
  if (whole !== undefined) return { sampler_name: whole };
  for (const scheduler of schedules) {
    const ending = ` ${scheduler}`.toLowerCase();
    if (!name.toLowerCase().endsWith(ending)) continue;
    const sampler = samplerNamed(name.slice(0, -ending.length), samplers);
    if (sampler !== undefined) return { sampler_name: sampler, scheduler };
  }
  if (samplers.length === 0) return { sampler_name: name };
  const names = samplers.map((one) => one.name);
  const all = [...names, ...names.flatMap((one) => schedules.map((other) => `${one} ${other}`))];
  throw new MaskloomError(
    "INPUT_INVALID",
    `scheduler: ${JSON.stringify(asked)} is none of the provider's.${suggestion(asked, all)} It has ${names.join(", ")}` +
      (schedules.length === 0 ? "" : `; each may be followed by ${schedules.join(", ")}`),
  );
}

function samplerNamed(name: string, samplers: readonly SamplerName[]): string | undefined {
  const wanted = plain(name);
  return samplers.find((one) => [one.name, ...one.aliases].some((known) => plain(known) === wanted))?.name;
}

/** `k_euler_ancestral` and `Euler Ancestral` are one. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, "")
    .replace(/^k(?=[a-z])/, "");
