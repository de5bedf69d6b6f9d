/** ComfyUI's samplers by the names that the API's `scheduler` has. */
const SAMPLERS: Readonly<Record<string, string>> = {
  euler: "Euler",
  euler_ancestral: "Euler a",
  heun: "Heun",
  dpm_2: "DPM2",
  dpm_2_ancestral: "DPM2 a",
  lms: "LMS",
  dpm_fast: "DPM fast",
  dpm_adaptive: "DPM adaptive",
  dpmpp_2s_ancestral: "DPM++ 2S a",
  dpmpp_sde: "DPM++ SDE",
  dpmpp_sde_gpu: "DPM++ SDE",
  dpmpp_2m: "DPM++ 2M",
  dpmpp_2m_sde: "DPM++ 2M SDE",
  dpmpp_2m_sde_gpu: "DPM++ 2M SDE",
  dpmpp_3m_sde: "DPM++ 3M SDE",
  dpmpp_3m_sde_gpu: "DPM++ 3M SDE",
  ddim: "DDIM",
  lcm: "LCM",
  uni_pc: "UniPC",
};

const SCHEDULES: Readonly<Record<string, string>> = {
  normal: "",
  karras: " Karras",
  exponential: " Exponential",
  beta: " Beta",
};

/** `dpmpp_2m` and `karras` are `DPM++ 2M Karras`; names that are unknown stay as they are. */
export function schedulerName(sampler: string, schedule: string): string {
  return `${SAMPLERS[sampler] ?? sampler}${SCHEDULES[schedule] ?? ` ${schedule}`}`;
}
