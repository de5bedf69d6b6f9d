/* The API's names of samplers and schedules in ComfyUI's words. */

const SAMPLERS: Readonly<Record<string, string>> = {
  "euler a": "euler_ancestral",
  "euler ancestral": "euler_ancestral",
  dpm2: "dpm_2",
  "dpm2 a": "dpm_2_ancestral",
  "dpm++ 2m": "dpmpp_2m",
  "dpm++ 2m sde": "dpmpp_2m_sde",
  "dpm++ 3m sde": "dpmpp_3m_sde",
  "dpm++ 2s a": "dpmpp_2s_ancestral",
  "dpm++ sde": "dpmpp_sde",
  "dpm fast": "dpm_fast",
  "dpm adaptive": "dpm_adaptive",
  unipc: "uni_pc",
  plms: "ipndm",
};

const SCHEDULES: Readonly<Record<string, string>> = {
  karras: "karras",
  exponential: "exponential",
  "sgm uniform": "sgm_uniform",
  "ddim uniform": "ddim_uniform",
  simple: "simple",
  normal: "normal",
  beta: "beta",
};

/** `DPM++ 2M Karras` is a sampler with a schedule; names of ComfyUI's own stay what they are. */
export function comfySampling(scheduler: string): { readonly sampler: string; readonly schedule?: string } {
  const name = scheduler.trim().toLowerCase();
  for (const [ending, schedule] of Object.entries(SCHEDULES)) {
    if (name.endsWith(` ${ending}`))
      return { sampler: samplerOf(name.slice(0, -ending.length - 1)), schedule };
  }
  return { sampler: samplerOf(name) };
}

const samplerOf = (name: string): string => SAMPLERS[name] ?? name.replaceAll(" ", "_");
