import { z } from "zod";
import { decodeImage, encodeImage } from "../../../../src/image/codec.ts";
import { toRgb } from "../../../../src/image/samples.ts";
import { type HttpPeer, type PeerRequest, startHttpPeer } from "../http/http-peer.ts";

/*
 * Shapes as in AUTOMATIC1111/stable-diffusion-webui, modules/api/models.py (StableDiffusionImg2ImgProcessingAPI,
 * ImageToImageResponse, SamplerItem, SDModelItem) and modules/api/api.py (img2imgapi, progressapi, interruptapi, set_config);
 * lllyasviel/stable-diffusion-webui-forge, modules/api/api.py (get_schedulers, force_task_id) and modules/progress.py
 * (ProgressRequest, ProgressResponse of /internal/progress); vladmandic/sdnext, modules/api/generate.py (job API-IMG).
 */

const Png = z.string().regex(/^iVBORw0KGgo/, "expected a PNG in base64");

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
    sd_vae: z.string().optional(),
    CLIP_stop_at_last_layers: z.int().min(1).max(12).optional(),
  }),
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
  /** Another one's task is under way, not ours. */
  busyWithOthers: boolean;
  /** It knows no tasks by their ids, as SD.Next. */
  withoutIds: boolean;
}

/** A web UI that paints the negative where the mask says, one picture at a time. @param login as user:password */
export async function startA1111Peer(login?: string): Promise<A1111Peer> {
  const pictures: Img2ImgBody[] = [];
  const interrupted: string[] = [];
  const loaded = [CHECKPOINTS[0] as string];
  let current: string | null = null;
  const paint = async (body: Img2ImgBody) => {
    const title = body.override_settings.sd_model_checkpoint;
    if (!CHECKPOINTS.includes(title)) throw new Error(`model ${title} not found`);
    pictures.push(body);
    current = state.busyWithOthers ? "task(other)" : body.force_task_id;
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
    "GET /sdapi/v1/samplers": () =>
      ["Euler", "Euler a", "DPM++ 2M"].map((name) => ({ name, aliases: [], options: {} })),
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
      const { id_task: id } = z
        .strictObject({ id_task: z.string(), live_preview: z.literal(false) })
        .parse(JSON.parse(body.toString()));
      const active = !state.withoutIds && id === current;
      return { active, queued: false, completed: false, progress: active ? 0.5 : null };
    },
    "GET /sdapi/v1/progress": ({ url }) => {
      if (url.search !== "?skip_current_image=true") throw new Error("previews cost time");
      const job = current === null ? "" : state.busyWithOthers ? current : "API-IMG";
      return { progress: 0.25, eta_relative: 1, state: { job }, current_image: null, textinfo: null };
    },
    "POST /sdapi/v1/interrupt": () => {
      if (current !== null) interrupted.push(current);
      return {};
    },
  };
  const authorization = login === undefined ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
  const peer = await startHttpPeer(async (request) => {
    if (request.headers.authorization !== authorization && authorization !== undefined) {
      return { status: 401, json: { detail: "Incorrect username or password" } };
    }
    const route = routes[`${request.method} ${request.url.pathname}`];
    return route === undefined
      ? { status: 404, json: { detail: "Not Found" } }
      : { json: await route(request) };
  });
  const state: A1111Peer = Object.assign(peer, {
    pictures,
    interrupted,
    loaded,
    held: false,
    busyWithOthers: false,
    withoutIds: false,
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
