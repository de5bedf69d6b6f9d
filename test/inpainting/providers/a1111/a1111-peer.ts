import { z } from "zod";
import { decodeImage, encodeImage } from "../../../../src/image/codec.ts";
import { toRgb } from "../../../../src/image/samples.ts";
import { type HttpPeer, type PeerRequest, startHttpPeer } from "../http/http-peer.ts";

/*
 * Shapes as in AUTOMATIC1111/stable-diffusion-webui, modules/api/models.py at f4f5bcac3ba4095bb80a32d96e3f8d4cecf6f151
 * (StableDiffusionImg2ImgProcessingAPI, ImageToImageResponse, SamplerItem, SDModelItem) and modules/api/api.py at
 * 2fec94710bbba31b282fe123b198068aef38df21 (img2imgapi, progressapi, interruptapi, set_config), modules/shared_state.py at
 * 01033656975cd0622aa3711352101751dfa6b1c3 (State.interrupt, begin, end: `interrupted` stays until the next job begins);
 * lllyasviel/stable-diffusion-webui-forge, modules/api/api.py at b6cfd7fce399dbb8fcae0960c7581a27a1cb7209 (get_schedulers,
 * get_sd_vaes_and_text_encoders behind /sdapi/v1/sd-modules, force_task_id) and modules/progress.py
 * (ProgressRequest, ProgressResponse of /internal/progress); vladmandic/sdnext, modules/api/generate.py at
 * 175e9cbe29e993846676afc3e0cf7061d65a58ce (job API-IMG) and api.py (/sdapi/v1/version, 204 from /interrupt). LoRAs: extensions-builtin/Lora/scripts/lora_script.py (create_lora_json). Refiner:
 * processing.py (refiner_checkpoint, refiner_switch_at). ControlNet: Mikubill/sd-webui-controlnet, scripts/api.py at
 * 7bdcb9079a41dc3feb0f21d08049285c2b81f4dd (model_list, module_list), scripts/external_code.py (ControlNetUnit) and controlnet.py (choose_input_image: without an image, the one
 * that is repainted). Forge: modules_forge/main_entry.py (modules_change), /sdapi/v1/sd-modules.
 */

const Png = z.string().regex(/^iVBORw0KGgo/, "expected a PNG in base64");

/** What it has besides checkpoints. */
const LORAS = ["whiskers", "add_detail"];
const VAES = ["vae-ft-mse-840000-ema-pruned.safetensors", "sdxl_vae.safetensors"];
const CONTROL_MODELS = ["control_v11p_sd15_inpaint [ebff9138]", "control_v11f1e_sd15_tile [a371b31b]"];
const CONTROL_MODULES = ["none", "inpaint_only", "tile_resample"];

const ControlUnit = z.strictObject({
  enabled: z.literal(true),
  module: z.enum(CONTROL_MODULES),
  model: z.enum(CONTROL_MODELS),
  weight: z.number().min(0).max(2),
  guidance_start: z.number().min(0).max(1),
  guidance_end: z.number().min(0).max(1),
  control_mode: z.enum(["Balanced", "My prompt is more important", "ControlNet is more important"]),
  pixel_perfect: z.literal(true),
});

/** All that is sent, and nothing else: a field that a web UI does not know would be a mistake of ours. */
const Img2ImgBody = z.strictObject({
  init_images: z.array(Png).length(1),
  mask: Png,
  prompt: z.string(),
  negative_prompt: z.string(),
  width: z.int().multipleOf(8).min(64),
  height: z.int().multipleOf(8).min(64),
  denoising_strength: z.number().min(0).max(1).optional(),
  steps: z.int().min(1).max(150).optional(),
  cfg_scale: z.number().optional(),
  sampler_name: z.enum(["Euler", "Euler a", "DPM++ 2M"]).optional(),
  scheduler: z.enum(["Automatic", "Karras"]).optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1),
  mask_blur: z.literal(0),
  inpainting_fill: z.int().min(0).max(3),
  inpaint_full_res: z.literal(false),
  inpainting_mask_invert: z.literal(0),
  resize_mode: z.literal(0),
  batch_size: z.literal(1),
  n_iter: z.literal(1),
  send_images: z.literal(true),
  save_images: z.literal(false),
  override_settings: z.strictObject({
    sd_model_checkpoint: z.string(),
    samples_format: z.literal("png"),
    sd_vae: z.enum(VAES).optional(),
    forge_additional_modules: z.array(z.enum(VAES)).optional(),
    CLIP_stop_at_last_layers: z.int().min(1).max(12).optional(),
    eta_noise_seed_delta: z.int().optional(),
  }),
  clip_skip: z.int().min(1).max(12).optional(),
  refiner_checkpoint: z.string().optional(),
  refiner_switch_at: z.number().min(0).max(1).optional(),
  alwayson_scripts: z
    .strictObject({ ControlNet: z.strictObject({ args: z.array(ControlUnit).min(1) }) })
    .optional(),
  override_settings_restore_afterwards: z.literal(true),
  force_task_id: z.string().min(1),
});
type Img2ImgBody = z.output<typeof Img2ImgBody>;

export const CHECKPOINTS = ["dreamshaper_8.safetensors [879db523c3]", "sdxl\\juggernautXL.safetensors"];

export interface A1111Peer extends HttpPeer {
  readonly pictures: readonly Img2ImgBody[];
  /** Ids of tasks that were stopped. */
  readonly interrupted: readonly string[];
  /** Titles in the order in which they were loaded. */
  readonly loaded: readonly string[];
  /** Pictures are not finished as long as it is true. */
  held: boolean;
  /** Another one's job, as it calls it, that ours waits for. */
  others: string | null;
  /** When that began, a digit. */
  othersBegan: number;
  /** It knows no tasks by their ids, as SD.Next. */
  withoutIds: boolean;
  /** Which of the web UIs it is: they differ in a few paths and fields. */
  kind: "a1111" | "forge" | "sdnext";
}

/** Fields and paths that only one of them has. */
function expectKind(kind: A1111Peer["kind"], body: Img2ImgBody): void {
  const { sd_vae, forge_additional_modules, CLIP_stop_at_last_layers } = body.override_settings;
  const wrong = {
    a1111: [forge_additional_modules, body.clip_skip],
    forge: [sd_vae, body.clip_skip],
    sdnext: [
      forge_additional_modules,
      CLIP_stop_at_last_layers,
      body.refiner_checkpoint,
      body.alwayson_scripts,
    ],
  }[kind].filter((value) => value !== undefined);
  if (wrong.length > 0) throw new Error(`a field that ${kind} does not have: ${JSON.stringify(wrong)}`);
}

/** What all its pictures look like on the way: a PNG of one pixel. */
const A1111_PREVIEW =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4kaAAAAM8AUmZkLNBAAAAAElFTkSuQmCC";

const MODULES = () => VAES.map((model_name) => ({ model_name, filename: `/models/VAE/${model_name}` }));
const ONLY: Readonly<
  Record<A1111Peer["kind"], { has: ReadonlyMap<string, () => unknown>; lacks: readonly string[] }>
> = {
  a1111: { has: new Map(), lacks: [] },
  forge: { has: new Map([["/sdapi/v1/sd-modules", MODULES]]), lacks: ["/sdapi/v1/sd-vae"] },
  sdnext: {
    has: new Map<string, () => unknown>([
      ["/sdapi/v1/version", () => ({ app: "sd.next" })],
      /* modules/api/models.py, ItemScheduler: the classes of its samplers. */
      ["/sdapi/v1/schedulers", () => [{ name: "Karras", cls: "KarrasVeScheduler", options: {} }]],
    ]),
    lacks: ["/controlnet/"],
  },
};

/** A web UI that paints the negative where the mask says, one picture at a time. @param login as user:password */
export async function startA1111Peer(login?: string): Promise<A1111Peer> {
  const pictures: Img2ImgBody[] = [];
  const interrupted: string[] = [];
  const loaded = [CHECKPOINTS[0] as string];
  const waiting = new Set<string>();
  let current: string | null = null;
  let wasInterrupted = false;
  const paint = async (body: Img2ImgBody) => {
    const title = body.override_settings.sd_model_checkpoint;
    if (!CHECKPOINTS.includes(title)) throw new Error(`model ${title} not found`);
    expectKind(state.kind, body);
    pictures.push(body);
    waiting.add(body.force_task_id);
    while (state.others !== null) await new Promise(setImmediate);
    waiting.delete(body.force_task_id);
    current = body.force_task_id;
    wasInterrupted = false;
    while (state.held && !interrupted.includes(body.force_task_id)) await new Promise(setImmediate);
    current = null;
    const image = await negativeWithin(body);
    const info = { seed: body.seed, sd_model_name: (loaded.at(-1) ?? "").replace(/^.*\\|\..*$/g, "") };
    return { images: [Buffer.from(image).toString("base64")], parameters: {}, info: JSON.stringify(info) };
  };
  const routes: Readonly<Record<string, (request: PeerRequest) => Promise<unknown> | unknown>> = {
    "POST /sdapi/v1/img2img": ({ body }) => paint(Img2ImgBody.parse(JSON.parse(body.toString()))),
    "GET /sdapi/v1/sd-models": () =>
      CHECKPOINTS.map((title) => ({
        title,
        model_name: title.replace(/^.*\\|\..*$/g, ""),
        hash: null,
        sha256: null,
        filename: `/models/${title}`,
        config: null,
      })),
    "GET /sdapi/v1/samplers": () => [
      { name: "Euler", aliases: ["k_euler"], options: {} },
      { name: "Euler a", aliases: ["k_euler_a", "k_euler_ancestral"], options: {} },
      { name: "DPM++ 2M", aliases: ["k_dpmpp_2m"], options: {} },
    ],
    "GET /sdapi/v1/loras": () =>
      LORAS.map((name) => ({ name, alias: name, path: `/models/Lora/${name}.safetensors`, metadata: {} })),
    "GET /sdapi/v1/sd-vae": () =>
      VAES.map((model_name) => ({ model_name, filename: `/models/VAE/${model_name}` })),
    "GET /controlnet/model_list": () => ({ model_list: CONTROL_MODELS }),
    "GET /controlnet/module_list": () => ({ module_list: CONTROL_MODULES, module_detail: {} }),
    "GET /sdapi/v1/schedulers": () => [
      { name: "automatic", label: "Automatic", aliases: null },
      { name: "karras", label: "Karras", aliases: null },
    ],
    "GET /sdapi/v1/options": () => ({ sd_model_checkpoint: loaded.at(-1), samples_format: "jpg" }),
    "POST /sdapi/v1/options": ({ body }) => {
      const { sd_model_checkpoint: title } = z
        .strictObject({ sd_model_checkpoint: z.enum(CHECKPOINTS) })
        .parse(JSON.parse(body.toString()));
      loaded.push(title);
      return null;
    },
    "POST /internal/progress": ({ body }) => {
      const { id_task: id, live_preview: isShown } = z
        .strictObject({ id_task: z.string(), live_preview: z.boolean() })
        .parse(JSON.parse(body.toString()));
      const isKnown = !state.withoutIds;
      const active = isKnown && id === current && state.others === null;
      const queued = isKnown && waiting.has(id);
      const preview = active && isShown ? { live_preview: A1111_PREVIEW, id_live_preview: 1 } : {};
      return { active, queued, completed: false, progress: active ? 0.5 : null, ...preview };
    },
    "GET /sdapi/v1/progress": ({ url }) => {
      if (url.search !== "?skip_current_image=true") throw new Error("previews cost time");
      const isOthers = state.others !== null;
      const job = state.others ?? (current === null ? "" : "API-IMG");
      const began = { job_timestamp: `2026010100000${isOthers ? state.othersBegan : pictures.length}` };
      const sampling = { sampling_step: isOthers ? 15 : 10, sampling_steps: 20 };
      return {
        progress: isOthers ? 0.75 : 0.25,
        eta_relative: 1,
        state: { job, ...began, interrupted: wasInterrupted, skipped: false, ...sampling },
        current_image: null,
        textinfo: null,
      };
    },
    "POST /sdapi/v1/interrupt": () => {
      const stopped = state.others ?? current;
      if (stopped !== null) interrupted.push(stopped);
      wasInterrupted = true;
      return {};
    },
  };
  const authorization = login === undefined ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
  const peer = await startHttpPeer(async (request) => {
    if (request.headers.authorization !== authorization && authorization !== undefined) {
      return { status: 401, json: { detail: "Incorrect username or password" } };
    }
    const path = request.url.pathname;
    const only = ONLY[state.kind];
    const own = request.method === "GET" ? only.has.get(path) : undefined;
    const route = only.lacks.some((start) => path.startsWith(start))
      ? undefined
      : (own ?? routes[`${request.method} ${path}`]);
    return route === undefined
      ? { status: 404, json: { detail: "Not Found" } }
      : { json: await route(request) };
  });
  const close = peer.close.bind(peer);
  const state: A1111Peer = Object.assign(peer, {
    pictures,
    interrupted,
    loaded,
    held: false,
    others: null,
    othersBegan: 0,
    withoutIds: false,
    kind: "a1111" as const,
    async close() {
      // What still waits comes to its end, so that nothing is left running.
      Object.assign(state, { held: false, others: null });
      await close();
    },
  });
  return state;
}

async function negativeWithin({
  init_images: [picture = ""],
  mask,
  width,
  height,
}: Img2ImgBody): Promise<Uint8Array> {
  const { image } = await decodeImage(Buffer.from(picture, "base64"));
  const { image: area } = await decodeImage(Buffer.from(mask, "base64"));
  for (const one of [image, area]) {
    if (one.width !== width || one.height !== height) throw new Error("a file of another size than was said");
  }
  const data = Uint8Array.from(toRgb(image).data);
  for (const [index, value] of data.entries()) {
    const level = area.data[Math.floor(index / 3) * area.channels];
    if (level !== 0 && level !== 255) throw new Error(`a mask of black and white, not ${level}`);
    if (level === 255) data[index] = 255 - value;
  }
  return encodeImage({ width, height, channels: 3, depth: 8, data }, { format: "png" });
}
