import { randomUUID } from "node:crypto";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { decodeImage, encodeImage } from "../../../../src/image/codec.ts";
import { toRgb } from "../../../../src/image/samples.ts";
import { type HttpPeer, type PeerAnswer, type PeerRequest, startHttpPeer } from "../http/http-peer.ts";

/*
 * Shapes as in Comfy-Org/ComfyUI, server.py at 002c3fb9a504255ccb3edb668c08b8f56e63d14a: image_upload and upload_mask
 * (original_ref; the mask is the alpha channel), view_image, get_history_prompt_id, get_queue, post_prompt (prompt_id a
 * UUID of the client's), post_queue, post_interrupt (prompt_id), get_object_info_node, system_stats, websocket_handler;
 * execution.py for node_errors and the messages execution_error and execution_interrupted; nodes.py for the inputs of its nodes
 * (LoraLoader, VAELoader, CLIPSetLastLayer, ControlNetLoader, ControlNetApplyAdvanced) and which output is what. Of Flux, in
 * comfyanonymous/ComfyUI: nodes.py at e60e19b175f93f2c8fac037063de9f13259be9d4 (UNETLoader, DualCLIPLoader with the type flux),
 * comfy_extras/nodes_flux.py at 145de46334674056f0e1d5c358e392a262a1c65e (FluxGuidance, 0 to 100) and
 * comfy_extras/nodes_differential_diffusion.py at 00452e1a395963034be090a743a002461571005a. Previews: main.py (hijack_progress) at
 * 002f2bedd6e4f6a0f7436ab7ce2fb8021483904c, server.py (send_image, encode_bytes: a frame of kind 1, the format, the file; to all
 * sockets where the workflow was submitted without a client_id), and execution.py and latent_preview.py for
 * extra_data.preview_method, without which there are none unless it was started with them. Previews that name their workflow:
 * comfy_execution/progress.py at 02a5b118f418490844a603244c972e06be708fa9 (kind 4), and to whom they are sent main.py
 * (supports_preview_metadata, of the client's first message).
 */

const Uuid = z.uuid();
const Link = z.tuple([z.string(), z.int().min(0)]);
const Place = z.string().regex(/^maskloom\/[0-9a-f-]{36}(-mask)?\.png \[temp\]$/);
export const COMFY_CHECKPOINTS = ["dreamshaper_8.safetensors", "sdxl/juggernautXL.safetensors"];

/** What it offers, by node and input. */
const CHOICES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  CheckpointLoaderSimple: { ckpt_name: COMFY_CHECKPOINTS },
  LoraLoader: { lora_name: ["details/whiskers.safetensors", "freckles.safetensors"] },
  VAELoader: { vae_name: ["vae-ft-mse-840000.safetensors", "flux/ae.safetensors"] },
  UNETLoader: {
    unet_name: ["flux1-dev.safetensors", "flux/flux1-fill-dev-fp8.safetensors"],
    weight_dtype: ["default", "fp8_e4m3fn", "fp8_e5m2"],
  },
  DualCLIPLoader: {
    clip_name1: ["clip_l.safetensors", "t5xxl_fp8_e4m3fn.safetensors"],
    clip_name2: ["clip_l.safetensors", "t5xxl_fp8_e4m3fn.safetensors"],
    type: ["sdxl", "sd3", "flux"],
  },
  ControlNetLoader: { control_net_name: ["control_v11f1e_sd15_tile.pth", "control_v11p_sd15_openpose.pth"] },
  KSampler: { sampler_name: ["euler", "euler_ancestral", "dpmpp_2m"], scheduler: ["normal", "karras"] },
};
const choice = (type: string, input: string) => z.enum([...(CHOICES[type]?.[input] ?? [])]);

/** Inputs of the nodes that it has; it takes no others. */
const NODES: Readonly<Record<string, z.ZodType>> = {
  CheckpointLoaderSimple: z.strictObject({ ckpt_name: z.enum(COMFY_CHECKPOINTS) }),
  LoraLoader: z.strictObject({
    model: Link,
    clip: Link,
    lora_name: choice("LoraLoader", "lora_name"),
    strength_model: z.number().min(-100).max(100),
    strength_clip: z.number().min(-100).max(100),
  }),
  VAELoader: z.strictObject({ vae_name: choice("VAELoader", "vae_name") }),
  UNETLoader: z.strictObject({
    unet_name: choice("UNETLoader", "unet_name"),
    weight_dtype: choice("UNETLoader", "weight_dtype"),
  }),
  DualCLIPLoader: z.strictObject({
    clip_name1: choice("DualCLIPLoader", "clip_name1"),
    clip_name2: choice("DualCLIPLoader", "clip_name2"),
    type: choice("DualCLIPLoader", "type"),
  }),
  FluxGuidance: z.strictObject({ conditioning: Link, guidance: z.number().min(0).max(100) }),
  DifferentialDiffusion: z.strictObject({ model: Link }),
  CLIPSetLastLayer: z.strictObject({ clip: Link, stop_at_clip_layer: z.int().min(-24).max(-1) }),
  ControlNetLoader: z.strictObject({ control_net_name: choice("ControlNetLoader", "control_net_name") }),
  ControlNetApplyAdvanced: z.strictObject({
    positive: Link,
    negative: Link,
    control_net: Link,
    image: Link,
    strength: z.number().min(0).max(10),
    start_percent: z.number().min(0).max(1),
    end_percent: z.number().min(0).max(1),
  }),
  LoadImage: z.strictObject({ image: Place }),
  LoadImageMask: z.strictObject({ image: Place, channel: z.enum(["alpha", "red", "green", "blue"]) }),
  CLIPTextEncode: z.strictObject({ text: z.string(), clip: Link }),
  InpaintModelConditioning: z.strictObject({
    positive: Link,
    negative: Link,
    vae: Link,
    pixels: Link,
    mask: Link,
    noise_mask: z.boolean(),
  }),
  KSampler: z.strictObject({
    seed: z.int().min(0),
    steps: z.int().min(1).max(10_000),
    cfg: z.number().min(0).max(100),
    sampler_name: choice("KSampler", "sampler_name"),
    scheduler: choice("KSampler", "scheduler"),
    denoise: z.number().min(0).max(1),
    model: Link,
    positive: Link,
    negative: Link,
    latent_image: Link,
  }),
  VAEDecode: z.strictObject({ samples: Link, vae: Link }),
  PreviewImage: z.strictObject({ images: Link }),
};

const Submission = z.strictObject({
  prompt: z.record(
    z.string(),
    z.strictObject({
      class_type: z.string(),
      inputs: z.record(z.string(), z.unknown()),
      _meta: z.unknown().optional(),
    }),
  ),
  prompt_id: Uuid,
  client_id: Uuid,
  extra_data: z.strictObject({ preview_method: z.literal("auto") }).optional(),
});
type Submission = z.output<typeof Submission>;

const FeatureFlags = z.strictObject({
  type: z.literal("feature_flags"),
  data: z.strictObject({ supports_preview_metadata: z.literal(true) }),
});

export interface ComfyPeer extends HttpPeer {
  readonly submitted: readonly Submission[];
  readonly interrupted: readonly string[];
  readonly dequeued: readonly string[];
  held: boolean;
  /** New workflows wait behind somebody else's. */
  blocked: boolean;
  /** Files that it does not have after all. */
  readonly absent: Set<string>;
  /** It gives workflows ids of its own, as it did before it took those of clients. */
  givesIds: boolean;
  /** What every workflow ends with instead of a picture. */
  fails: Readonly<Record<string, unknown>> | null;
  /** Whether previews name their workflow to clients that know of it, as those of newer ones do. */
  namesPreviews: boolean;
  /** Tells once more how far it is with what it works on. */
  showStep(): Promise<void>;
  /** Tells everybody how far it is with a workflow that was submitted without a client's id. */
  showOther(): Promise<void>;
  /** Whether a client of this id is told anything. */
  hears(client: string): boolean;
  /** Forgets all that it did, as after a restart. */
  restart(): void;
}

/** A ComfyUI with the nodes of the shipped template, which paints the negative where the mask says. */
export async function startComfyPeer(): Promise<ComfyPeer> {
  const files = new Map<string, Uint8Array>();
  const history = new Map<string, unknown>();
  const sockets = new Map<string, WebSocket>();
  const flagged = new WeakSet<WebSocket>();
  const submitted: Submission[] = [];
  const interrupted: string[] = [];
  const dequeued: string[] = [];
  const queue: { running: string | null; pending: string[] } = { running: null, pending: [] };

  const tell = ({ client_id: client }: Submission, type: string, data: Record<string, unknown>) => {
    sockets.get(client)?.send(JSON.stringify({ type, data }));
  };
  const showStep = async () => {
    const submission = submitted.find(({ prompt_id: id }) => id === queue.running);
    if (submission === undefined) return;
    tell(submission, "progress", { value: 5, max: 20, prompt_id: submission.prompt_id, node: "7" });
    const socket = sockets.get(submission.client_id);
    if (socket !== undefined && submission.extra_data !== undefined)
      await showPreview(socket, submission.prompt_id);
  };
  const showPreview = async (socket: WebSocket, promptId: string) => {
    const isNamed = peer.namesPreviews && flagged.has(socket);
    socket.send(await previewFrame(isNamed ? promptId : null));
  };
  const showOther = async () => {
    const data = { value: 3, max: 10, prompt_id: OTHER_PROMPT, node: "1" };
    for (const socket of sockets.values()) {
      socket.send(JSON.stringify({ type: "progress", data }));
      await showPreview(socket, OTHER_PROMPT);
    }
  };
  const work = async (submission: Submission): Promise<void> => {
    const { prompt_id: id } = submission;
    while (peer.blocked || (queue.running !== null && queue.running !== id)) {
      await new Promise(setImmediate);
      if (dequeued.includes(id)) return;
    }
    queue.pending = queue.pending.filter((one) => one !== id);
    queue.running = id;
    tell(submission, "execution_start", { prompt_id: id });
    await showStep();
    while (peer.held && !interrupted.includes(id)) await new Promise(setImmediate);
    const end = interrupted.includes(id)
      ? failed("execution_interrupted", { prompt_id: id, node_id: "7", node_type: "KSampler", executed: [] })
      : peer.fails === null
        ? await paint(submission, files)
        : failed("execution_error", { prompt_id: id, executed: [], traceback: [], ...peer.fails });
    history.set(id, { prompt: [0, id, submission.prompt, {}, []], meta: {}, ...end });
    queue.running = null;
    tell(submission, "executing", { node: null, prompt_id: id });
  };

  const routes: Readonly<Record<string, (request: PeerRequest) => Promise<PeerAnswer> | PeerAnswer>> = {
    "POST /upload/image": async (request) => {
      const { name, bytes } = await readUpload(request, []);
      files.set(name, bytes);
      return { json: { name, subfolder: "maskloom", type: "temp" } };
    },
    "POST /upload/mask": async (request) => {
      const { name, bytes, fields } = await readUpload(request, ["original_ref"]);
      const { filename } = z
        .strictObject({ filename: z.string(), subfolder: z.literal("maskloom"), type: z.literal("temp") })
        .parse(JSON.parse(fields["original_ref"] ?? ""));
      files.set(name, await withAlphaOf(files.get(filename), bytes));
      return { json: { name, subfolder: "maskloom", type: "temp" } };
    },
    "POST /prompt": ({ body }) => {
      const sent = Submission.parse(JSON.parse(body.toString()));
      const submission = peer.givesIds ? { ...sent, prompt_id: randomUUID() } : sent;
      const faults = faultsOf(submission);
      if (faults !== null) return { status: 400, json: faults };
      submitted.push(submission);
      queue.pending.push(submission.prompt_id);
      void work(submission);
      return { json: { prompt_id: submission.prompt_id, number: submitted.length, node_errors: {} } };
    },
    "GET /queue": () => ({
      json: {
        queue_running: queue.running === null ? [] : [[0, queue.running, {}, {}, []]],
        queue_pending: queue.pending.map((id, at) => [at, id, {}, {}, []]),
      },
    }),
    "POST /queue": ({ body }) => {
      const { delete: ids } = z.strictObject({ delete: z.array(Uuid) }).parse(JSON.parse(body.toString()));
      dequeued.push(...ids);
      queue.pending = queue.pending.filter((id) => !ids.includes(id));
      return {};
    },
    "POST /interrupt": ({ body }) => {
      const { prompt_id: id } = z.strictObject({ prompt_id: Uuid }).parse(JSON.parse(body.toString()));
      if (queue.running === id) interrupted.push(id);
      return {};
    },
    "GET /view": ({ url }) => {
      const { type, subfolder, filename } = Object.fromEntries(url.searchParams);
      const bytes = type === "temp" && subfolder === "" ? files.get(filename ?? "") : undefined;
      return bytes === undefined
        ? { status: 404 }
        : { headers: { "content-type": "image/png" }, body: bytes };
    },
    "GET /system_stats": () => ({
      json: {
        system: { os: "posix", comfyui_version: "0.3.60" },
        devices: [{ name: "cuda:0 A GPU", type: "cuda" }],
      },
    }),
  };

  const http = await startHttpPeer((request) => {
    const [, id] = /^\/history\/([0-9a-f-]{36})$/.exec(request.url.pathname) ?? [];
    if (id !== undefined) return { json: history.has(id) ? { [id]: history.get(id) } : {} };
    const [, type] = /^\/object_info\/(.+)$/.exec(request.url.pathname) ?? [];
    if (type !== undefined) return { json: objectInfo(decodeURIComponent(type), peer.absent) };
    const route = routes[`${request.method} ${request.url.pathname}`];
    return route === undefined ? { status: 404, body: "404: Not Found" } : route(request);
  });
  const server = new WebSocketServer({ server: http.server, path: "/ws" });
  server.on("connection", (socket, request) => {
    const client = new URL(request.url ?? "", "http://peer").searchParams.get("clientId") ?? "";
    sockets.set(client, socket);
    socket.on("close", () => sockets.delete(client));
    socket.on("message", (data) => {
      FeatureFlags.parse(JSON.parse(String(data)));
      flagged.add(socket);
      socket.send(JSON.stringify({ type: "feature_flags", data: { supports_preview_metadata: true } }));
    });
    socket.send(
      JSON.stringify({
        type: "status",
        data: { status: { exec_info: { queue_remaining: 0 } }, sid: client },
      }),
    );
  });
  const close = http.close.bind(http);
  const peer: ComfyPeer = Object.assign(http, {
    submitted,
    interrupted,
    dequeued,
    held: false,
    blocked: false,
    absent: new Set<string>(),
    givesIds: false,
    fails: null,
    namesPreviews: false,
    showStep,
    showOther,
    hears: (client: string) => sockets.has(client),
    restart() {
      history.clear();
      queue.pending = [];
      queue.running = null;
    },
    async close() {
      // What still waits comes to its end, so that nothing is left running.
      Object.assign(peer, { held: false, blocked: false });
      for (const socket of server.clients) socket.terminate();
      server.close();
      await close();
    },
  });
  return peer;
}

/** What all its pictures look like on the way. */
export const COMFY_PREVIEW = { width: 24, height: 16 };

const OTHER_PROMPT = "somebody-elses";

async function previewFrame(promptId: string | null): Promise<Buffer> {
  const { width, height } = COMFY_PREVIEW;
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 7) % 256);
  const file = await encodeImage({ width, height, channels: 3, depth: 8, data }, { format: "jpg" });
  if (promptId === null) return Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]), file]);
  const metadata = Buffer.from(
    JSON.stringify({ node_id: "7", prompt_id: promptId, image_type: "image/jpeg" }),
  );
  const head = Buffer.alloc(8);
  head.writeUInt32BE(4, 0);
  head.writeUInt32BE(metadata.length, 4);
  return Buffer.concat([head, metadata, file]);
}

/** Lists in the older form and the newer one, as both are to be met with. */
function objectInfo(type: string, absent: ReadonlySet<string>): unknown {
  if (!(type in NODES)) return {};
  const lists = Object.entries(CHOICES[type] ?? {}).map(([input, all], at) => {
    const options = all.filter((file) => !absent.has(file));
    return [input, at % 2 === 0 ? [options, { tooltip: "" }] : ["COMBO", { options }]];
  });
  return { [type]: { input: { required: Object.fromEntries(lists) }, output: [] } };
}

/** Where a link leads, and what of it is taken: what does not exist breaks a workflow there. */
const OUTPUTS: Readonly<Record<string, number>> = {
  CheckpointLoaderSimple: 3,
  LoraLoader: 2,
  LoadImage: 2,
  InpaintModelConditioning: 3,
  ControlNetApplyAdvanced: 2,
};

function brokenLinks(prompt: Submission["prompt"]): readonly string[] {
  return Object.entries(prompt).flatMap(([id, { inputs }]) =>
    Object.values(inputs).flatMap((value) => {
      const link = Link.safeParse(value).data;
      if (link === undefined) return [];
      const target = prompt[link[0]];
      const isThere = target !== undefined && link[1] < (OUTPUTS[target.class_type] ?? 1);
      return isThere ? [] : [`node ${id}: ${link.join("/")} is not there`];
    }),
  );
}

const failed = (name: string, facts: Record<string, unknown>) => ({
  outputs: {},
  status: {
    status_str: "error",
    completed: false,
    messages: [
      ["execution_start", {}],
      [name, facts],
    ],
  },
});

/** Null where every node is one that it has, with inputs that it takes. */
function faultsOf({ prompt }: Submission) {
  const broken = brokenLinks(prompt);
  if (broken.length > 0) throw new Error(broken.join("; "));
  const errors: Record<string, unknown> = {};
  for (const [id, { class_type, inputs }] of Object.entries(prompt)) {
    const schema = NODES[class_type];
    if (schema === undefined) {
      const message = `Cannot execute because node ${class_type} does not exist.`;
      return {
        error: { type: "invalid_prompt", message, details: `Node ID '#${id}'`, extra_info: {} },
        node_errors: {},
      };
    }
    const result = schema.safeParse(inputs);
    if (result.success) continue;
    const details = result.error.issues.map(
      ({ path }) => `${path.join(".")}: '${String(inputs[String(path[0])])}' not in list`,
    );
    errors[id] = {
      errors: details.map((text) => ({
        type: "value_not_in_list",
        message: "Value not in list",
        details: text,
        extra_info: {},
      })),
      dependent_outputs: ["9"],
      class_type,
    };
  }
  if (Object.keys(errors).length === 0) return null;
  const message = "Prompt outputs failed validation";
  return {
    error: { type: "prompt_outputs_failed_validation", message, details: "", extra_info: {} },
    node_errors: errors,
  };
}

async function readUpload({ headers, body }: PeerRequest, more: readonly string[]) {
  const type = headers["content-type"] ?? "";
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  const { image, ...fields } = Object.fromEntries(form.entries());
  if (!(image instanceof File) || image.type !== "image/png") throw new Error("expected an image");
  z.strictObject({ type: z.literal("temp"), subfolder: z.literal("maskloom"), overwrite: z.literal("true") })
    .catchall(z.never())
    .parse(Object.fromEntries(Object.entries(fields).filter(([name]) => !more.includes(name))));
  const texts = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
  return { name: image.name, bytes: new Uint8Array(await image.arrayBuffer()), fields: texts };
}

/** As /upload/mask does: the colours of the one, the transparency of the other. */
async function withAlphaOf(original: Uint8Array | undefined, mask: Uint8Array): Promise<Uint8Array> {
  if (original === undefined) throw new Error("the original was not uploaded");
  const [{ image }, { image: area }] = await Promise.all([decodeImage(original), decodeImage(mask)]);
  if (area.channels !== 4) throw new Error("a mask without transparency");
  const { data: rgb } = toRgb(image);
  const data = Uint8Array.from({ length: (rgb.length / 3) * 4 }, (_, at) =>
    at % 4 === 3 ? (area.data[at] as number) : (rgb[(at >> 2) * 3 + (at % 4)] as number),
  );
  return encodeImage(
    { width: image.width, height: image.height, channels: 4, depth: 8, data },
    { format: "png" },
  );
}

/** The negative where the mask is transparent; found by following the links of the graph from its end. */
async function paint({ prompt, prompt_id }: Submission, files: Map<string, Uint8Array>) {
  const nodes = Object.entries(prompt);
  const of = (type: string) => nodes.filter(([, node]) => node.class_type === type);
  const [result] = of("PreviewImage");
  const [mask] = [...of("LoadImageMask"), ...of("LoadImage")];
  const file = String(mask?.[1].inputs["image"]).replace(/^maskloom\/| \[temp\]$/g, "");
  const { image } = await decodeImage(files.get(file) ?? new Uint8Array());
  const data = new Uint8Array(image.width * image.height * 3);
  for (let pixel = 0; pixel < image.width * image.height; pixel++) {
    const isPainted = image.data[pixel * 4 + 3] === 0;
    for (let c = 0; c < 3; c++) {
      const level = image.data[pixel * 4 + c] as number;
      data[pixel * 3 + c] = isPainted ? 255 - level : level;
    }
  }
  const name = `ComfyUI_temp_${prompt_id}.png`;
  const { width, height } = image;
  files.set(name, await encodeImage({ width, height, channels: 3, depth: 8, data }, { format: "png" }));
  return {
    outputs: { [result?.[0] ?? ""]: { images: [{ filename: name, subfolder: "", type: "temp" }] } },
    status: {
      status_str: "success",
      completed: true,
      messages: [
        ["execution_start", {}],
        ["execution_success", {}],
      ],
    },
  };
}
