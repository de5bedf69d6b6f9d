import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { decodeImage } from "../../../../src/image/codec.ts";
import { Handover } from "../../../../src/inpainting/handover.ts";
import type { ToldProgress } from "../../../../src/inpainting/inpainter.ts";
import { createComfyProvider } from "../../../../src/inpainting/providers/comfyui/comfyui-provider.ts";
import { readPreviewFrame } from "../../../../src/inpainting/providers/comfyui/comfyui-wire.ts";
import { sd15Inpaint } from "../../../../src/inpainting/providers/comfyui/templates/sd15-inpaint.ts";
import type { RemoteProvider } from "../../../../src/inpainting/providers/provider-instance.ts";
import { callOf, paintOnce } from "../../../conformance/inpainter.ts";
import { errorOf } from "../../../onnx/run-model.ts";
import { FAULTS, settingsOf, until } from "../http/http-peer.ts";
import { boxMask, requestOf, testPicture } from "../inpaint-request.ts";
import { COMFY_CHECKPOINTS, COMFY_PREVIEW, type ComfyPeer, startComfyPeer } from "./comfyui-peer.ts";

const CALL = "7c9a1f52-2f0f-4a2e-9a54-0d2f6a7b8c9d";
let peer: ComfyPeer;
let provider: RemoteProvider;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maskloom-comfy-"));
  peer = await startComfyPeer();
  provider = await open({});
});
afterEach(async () => {
  await provider.close();
  await peer.close();
  await rm(folder, { recursive: true });
});

const soon = () => AbortSignal.timeout(10_000);

async function open(entry: Readonly<Record<string, unknown>>): Promise<RemoteProvider> {
  const opened = createComfyProvider(settingsOf({ id: "comfy", kind: "comfyui", url: peer.url, ...entry }));
  await opened.refresh?.(soon());
  return opened;
}

async function reopen(entry: Readonly<Record<string, unknown>>): Promise<void> {
  await provider.close();
  provider = await open(entry);
}

function inpainterOf(name = "dreamshaper_8") {
  const manifest = provider.findInpainter(name);
  if (manifest === null) throw new Error(`no ${name}`);
  return provider.createInpainter(manifest);
}

/** The inputs of the node of this class, in the last workflow. */
const inputsOf = (type: string) =>
  Object.values(peer.submitted.at(-1)?.prompt ?? {}).find(({ class_type }) => class_type === type)?.inputs;

describe("a ComfyUI", () => {
  it("knows its checkpoints by file and name, and what size they were trained at", () => {
    const [small, large] = COMFY_CHECKPOINTS;
    expect(provider.findInpainter("DreamShaper_8")?.id).toBe(small);
    expect(provider.findInpainter("juggernautXL.safetensors")).toMatchObject({
      id: large,
      provider: "comfy",
      capabilities: { hard: { nativeSize: 1024, multipleOf: 8 }, paid: false },
    });
    expect(provider.findInpainter("another")).toBeNull();
    expect(provider.findInpainter("default")?.id).toBe(small);
  });

  it("gets what the step says, in its own words", async () => {
    await paintOnce(inpainterOf(), {
      positivePrompt: "a cat",
      strength: 0.4,
      steps: 12,
      CFGScale: 5.5,
      scheduler: "Euler a Karras",
      seed: 5,
    });
    expect(inputsOf("KSampler")).toMatchObject({
      seed: 5,
      steps: 12,
      cfg: 5.5,
      sampler_name: "euler_ancestral",
      scheduler: "karras",
      denoise: 0.4,
    });
    expect(inputsOf("CheckpointLoaderSimple")).toEqual({ ckpt_name: "dreamshaper_8.safetensors" });
    expect(inputsOf("CLIPTextEncode")).toMatchObject({ text: "a cat" });
  });

  it("says in one line which node refused what", async () => {
    expect(await errorOf(() => paintOnce(inpainterOf(), { steps: 20_000 }))).toMatchObject({
      code: "PROVIDER_REFUSED",
      message: expect.stringMatching(/node 7 \(KSampler\): Value not in list: steps: '20000' not in list/),
    });
    peer.fails = {
      node_id: "7",
      node_type: "KSampler",
      exception_type: "torch.OutOfMemoryError",
      exception_message: "Allocation on device\n",
    };
    expect(await errorOf(() => paintOnce(inpainterOf()))).toMatchObject({
      code: "PROVIDER_FAILED",
      message: "provider comfy: node 7 (KSampler): OutOfMemoryError: Allocation on device",
    });
  });

  it("paints through each LoRA, its own VAE, a skipped layer and each ControlNet, one behind the other", async () => {
    await paintOnce(inpainterOf(), {
      lora: [{ model: "whiskers", weight: 0.7 }, { model: "Freckles" }],
      vae: "vae-ft-mse-840000",
      clipSkip: 1,
      steps: 20,
      controlNet: [
        { model: "control_v11f1e_sd15_tile", weight: 0.6, endStep: 10 },
        { model: "control_v11p_sd15_openpose.pth", startStepPercentage: 25 },
      ],
    });
    const { prompt = {} } = peer.submitted[0] ?? {};
    expect([prompt["11"]?.inputs, prompt["11_2"]?.inputs]).toEqual([
      {
        lora_name: "details/whiskers.safetensors",
        strength_model: 0.7,
        strength_clip: 0.7,
        model: ["1", 0],
        clip: ["1", 1],
      },
      {
        lora_name: "freckles.safetensors",
        strength_model: 1,
        strength_clip: 1,
        model: ["11", 0],
        clip: ["11", 1],
      },
    ]);
    expect(prompt["12"]?.inputs).toEqual({ stop_at_clip_layer: -2, clip: ["11_2", 1] });
    expect(prompt["7"]?.inputs).toMatchObject({ model: ["11_2", 0] });
    expect(prompt["14_2"]?.inputs).toEqual({
      positive: ["14", 0],
      negative: ["14", 1],
      control_net: ["13_2", 0],
      image: ["2", 0],
      strength: 1,
      start_percent: 0.25,
      end_percent: 1,
    });
    expect(prompt["14"]?.inputs).toMatchObject({ strength: 0.6, start_percent: 0, end_percent: 0.5 });
    expect(prompt["6"]?.inputs).toMatchObject({ positive: ["14_2", 0], vae: ["10", 0] });
    expect(prompt["13"]?.inputs).toEqual({ control_net_name: "control_v11f1e_sd15_tile.pth" });
  });

  it("has none of those nodes where a step has none of that", async () => {
    const { answer } = await paintOnce(inpainterOf());
    expect(answer.warnings).toEqual([]);
    const { prompt = {} } = peer.submitted[0] ?? {};
    expect(Object.keys(prompt).sort()).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(prompt["4"]?.inputs).toMatchObject({ clip: ["1", 1] });
    expect(prompt["6"]?.inputs).toMatchObject({ positive: ["4", 0], negative: ["5", 0], vae: ["1", 2] });
  });

  it.each([
    [{ lora: [{ model: "wiskers" }] }, /lora: "wiskers".*Did you mean .*whiskers/],
    [{ vae: "vae-ft-mse-84000" }, /vae: .*Did you mean vae-ft-mse-840000/],
    [{ scheduler: "Euler b" }, /scheduler: "euler_b".*It has euler, euler_ancestral/],
    [{ controlNet: [{ model: "depth" }] }, /controlNet: "depth".*It has control_v11f1e_sd15_tile\.pth/],
    [
      { controlNet: [{ model: "x", guideImage: "y" }] },
      /controlNet\[0\]: guideImage: .*leave guideImage out/,
    ],
    [{ controlNet: [{ model: "x", startStep: 4 }] }, /startStep: expected steps beside it/],
  ])("is asked for nothing that it does not have: %j", async (parameters, message) => {
    expect(await errorOf(() => paintOnce(inpainterOf(), parameters))).toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(message),
    });
    expect(peer.requests.filter(({ method }) => method === "POST")).toEqual([]);
  });

  it("is asked for a call that was sent before, not sent it again", async () => {
    const first = await paintOnce(inpainterOf(), { seed: 3 }, undefined, callOf(CALL));
    const again = await paintOnce(inpainterOf(), { seed: 3 }, undefined, callOf(CALL, true));
    expect(peer.submitted).toHaveLength(1);
    expect(again.answer.image.data).toEqual(first.answer.image.data);
    peer.restart();
    await paintOnce(inpainterOf(), { seed: 3 }, undefined, callOf(CALL, true));
    expect(peer.submitted).toHaveLength(2);
  });

  it("leaves to a person what costs and may have been done before a restart", async () => {
    await reopen({ paid: true });
    expect(await errorOf(() => paintOnce(inpainterOf(), {}, undefined, callOf(CALL, true)))).toMatchObject({
      code: "CALL_UNCERTAIN",
    });
    expect(peer.submitted).toEqual([]);
  });

  it("leaves a call open that costs and was sent before, while it is not there to be asked", async () => {
    await reopen({ paid: true });
    const inpainter = inpainterOf();
    await peer.close();
    expect(await errorOf(() => paintOnce(inpainter, {}, undefined, callOf(CALL, true)))).toMatchObject({
      code: "CALL_OPEN",
    });
    peer = await startComfyPeer();
  });

  it.each([
    ["the connection is refused", FAULTS.breaks],
    ["somebody else answers", FAULTS.status(502)],
    ["it has too much to do", FAULTS.status(503, { "retry-after": "7" })],
    ["it fails", FAULTS.status(500)],
    ["its key has run out", FAULTS.status(401)],
  ])("is asked again for a picture that cost and cannot be fetched: %s", async (_, act) => {
    await reopen({ paid: true });
    peer.fault = { path: "/view", act };
    const lost = await errorOf(() => paintOnce(inpainterOf(), {}, undefined, callOf(CALL)));
    expect(lost).toMatchObject({ code: "CALL_OPEN" });
    peer.fault = null;
    const { answer } = await paintOnce(inpainterOf(), {}, undefined, callOf(CALL, true));
    expect(answer.providerId).toBe(CALL);
    expect(peer.submitted).toHaveLength(1);
  });

  it("is not asked again for a picture that cost and is gone, or is none", async () => {
    await reopen({ paid: true });
    for (const act of [FAULTS.status(404), FAULTS.html]) {
      peer.fault = { path: "/view", act };
      const useless = await errorOf(() => paintOnce(inpainterOf(), {}, undefined, callOf(randomUUID())));
      expect(useless).toMatchObject({ code: "OUTPUT_INVALID" });
    }
  });

  it("is waited for by others who still wait in its queue; one that is cancelled leaves the queue", async () => {
    peer.blocked = true;
    const leaving = new AbortController();
    const painting = errorOf(() => paintOnce(inpainterOf(), {}, leaving.signal, callOf(CALL)));
    await until(() => peer.submitted.length > 0);
    leaving.abort();
    expect(await painting).toMatchObject({ code: "CANCELLED" });
    await until(() => peer.dequeued.length > 0);
    expect([peer.dequeued, peer.interrupted]).toEqual([[CALL], []]);
  });

  it.each([true, false])(
    "goes on for whoever goes on with the task, who is given what it painted; taken: %s",
    async (isTaken) => {
      peer.held = true;
      const leaving = new AbortController();
      const painting = errorOf(() => paintOnce(inpainterOf(), {}, leaving.signal, callOf(CALL)));
      await until(() => peer.requests.some(({ url }) => url.pathname === `/history/${CALL}`));
      leaving.abort(new Handover({ isTaken }));
      await painting;
      peer.held = false;
      const { answer } = await paintOnce(inpainterOf(), {}, undefined, callOf(CALL, true));
      expect(answer.providerId).toBe(CALL);
      expect([peer.submitted.length, peer.dequeued, peer.interrupted]).toEqual([1, [], []]);
    },
  );

  it("is stopped where whoever goes on with the task could not find it", async () => {
    Object.assign(peer, { givesIds: true, held: true });
    const given = () => peer.submitted.at(-1)?.prompt_id;
    const leaving = new AbortController();
    const painting = errorOf(() => paintOnce(inpainterOf(), {}, leaving.signal, callOf(CALL)));
    await until(() => peer.requests.some(({ url }) => url.pathname === `/history/${given()}`));
    leaving.abort(new Handover({ isTaken: true }));
    await painting;
    expect(peer.interrupted).toEqual([given()]);
  });

  it("is stopped, and known, by the id that an older ComfyUI gave it", async () => {
    peer.givesIds = true;
    const given = () => peer.submitted.at(-1)?.prompt_id;
    const { providerId } = await inpainterOf().inpaint({
      ...requestOf(testPicture(128, 128), boxMask(128, 128, { x0: 8, y0: 8, x1: 64, y1: 64 })),
      call: callOf(CALL),
    });
    expect(providerId).toBe(given());
    peer.held = true;
    const leaving = new AbortController();
    const painting = errorOf(() => paintOnce(inpainterOf(), {}, leaving.signal, callOf(CALL)));
    await until(() => peer.submitted.length > 1);
    /* It has been told the id: before that it could not stop anything. */
    await until(() => peer.requests.some(({ url }) => url.pathname === `/history/${given()}`));
    leaving.abort();
    expect(await painting).toMatchObject({ code: "CANCELLED" });
    await until(() => peer.interrupted.length > 0);
    expect(peer.interrupted).toEqual([given()]);
    expect(given()).not.toBe(CALL);
  });

  it("tells how far it is", async () => {
    peer.held = true;
    const shares: number[] = [];
    const painting = paintOnce(inpainterOf(), {}, undefined, {
      ...callOf(CALL),
      onProgress: (share) => shares.push(share),
    });
    await until(() => shares.length > 0);
    peer.held = false;
    await painting;
    expect(shares).toEqual([0.25]);
    expect(peer.submitted.at(-1)).not.toHaveProperty("extra_data");
  });

  it.each([false, true])(
    "shows whoever looks on what it looks like on the way, and nothing of others' pictures; named: %s",
    async (namesPreviews) => {
      Object.assign(peer, { held: true, blocked: true, namesPreviews });
      const told: (readonly [number, ToldProgress | undefined])[] = [];
      const painting = paintOnce(inpainterOf(), {}, undefined, {
        ...callOf(CALL),
        isWatched: true,
        onProgress: (...progress) => told.push([progress[0], progress[1]]),
      });
      await until(() => peer.submitted.length > 0);
      await peer.showOther();
      peer.blocked = false;
      await until(() => told.length > 1);
      peer.held = false;
      await painting;
      const at = { step: 5, steps: 20 };
      expect(told).toEqual([
        [0.25, at],
        [0.25, { ...at, preview: expect.any(Uint8Array) }],
      ]);
      const { image } = await decodeImage(told[1]?.[1]?.preview ?? new Uint8Array());
      expect(image).toMatchObject(COMFY_PREVIEW);
    },
  );

  it.each([
    ["of kind 1, after its format", [0, 0, 0, 1, 0, 0, 0, 2, 7, 8], [7, 8]],
    ["of kind 4, after as much metadata as it says", [0, 0, 0, 4, 0, 0, 0, 2, 123, 125, 7, 8], [7, 8]],
    ["of kind 4, whose metadata is none", [0, 0, 0, 4, 0, 0, 0, 1, 123, 7, 8], [7, 8]],
    ["in no frame of another kind", [0, 0, 0, 3, 0, 0, 0, 1, 65, 66], null],
    ["in no frame whose metadata is longer than it", [0, 0, 0, 4, 255, 255, 255, 255, 7, 8], null],
    ["in no empty frame", [0, 0, 0, 1, 0, 0, 0, 1], null],
    ["in no half frame", [0, 0, 0, 1], null],
  ])("finds a preview %s", (_, frame, picture) => {
    const found = readPreviewFrame(Buffer.from(frame));
    expect(found === null ? null : [...found.picture]).toEqual(picture);
    expect(found?.promptId ?? null).toBeNull();
  });

  /** Takes the call up from a worker that began it, and asks how far it is after one more step. */
  const takeUp = () => {
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    const painting = paintOnce(inpainterOf(), {}, undefined, { ...callOf(CALL, true), onProgress });
    const told = async () => {
      await peer.showStep();
      return shares.at(-1);
    };
    return { shares, painting, told };
  };

  it("tells how far it is to whoever takes it up after a worker that died", async () => {
    peer.held = true;
    const dying = new AbortController();
    const lost = errorOf(() => paintOnce(inpainterOf(), {}, dying.signal, callOf(CALL)));
    await until(() => peer.submitted.length > 0);
    /* It can stop nothing any more. */
    peer.fault = { path: "/queue", act: FAULTS.status(500) };
    dying.abort();
    await lost;
    peer.fault = null;
    const { painting, told } = takeUp();
    await expect.poll(told, { timeout: 10_000, interval: 20 }).toBe(0.25);
    peer.held = false;
    await painting;
    expect(peer.submitted).toHaveLength(1);
  });

  it("goes on telling whoever took it up when the one before, who lived after all, goes later", async () => {
    peer.held = true;
    const leaving = new AbortController();
    const lost = errorOf(() => paintOnce(inpainterOf(), {}, leaving.signal, callOf(CALL)));
    await until(() => peer.submitted.length > 0);
    const { shares, painting, told } = takeUp();
    await expect.poll(told, { timeout: 10_000, interval: 20 }).toBe(0.25);
    peer.fault = { path: "/queue", act: FAULTS.status(500) };
    leaving.abort();
    await lost;
    peer.fault = null;
    await until(() => !peer.hears(CALL));
    shares.length = 0;
    await expect.poll(told, { timeout: 20_000, interval: 20 }).toBe(0.25);
    peer.held = false;
    await painting;
  }, 40_000);

  it("knows whose a preview is where its frame says so", () => {
    const metadata = Buffer.from(JSON.stringify({ prompt_id: CALL, node_id: "7" }));
    const frame = [Buffer.from([0, 0, 0, 4, 0, 0, 0, metadata.length]), metadata, Buffer.from([7, 8])];
    expect(readPreviewFrame(Buffer.concat(frame))).toEqual({ promptId: CALL, picture: Buffer.from([7, 8]) });
  });

  it("answers all the same where it tells nothing", async () => {
    for (const client of peer.server.listeners("upgrade")) peer.server.off("upgrade", client as () => void);
    expect((await paintOnce(inpainterOf())).inside).toBeGreaterThan(500);
  });

  it("is not led astray by whatever else its socket says", async () => {
    const sockets = new WebSocketServer({ noServer: true });
    const [upgrade] = peer.server.listeners("upgrade");
    peer.server.off("upgrade", upgrade as () => void);
    peer.server.on("upgrade", (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (client) => {
        for (const text of ["no json", "[]", '{"type":"progress","data":{"value":"x"}}', '{"type":5}'])
          client.send(text);
        client.send(Buffer.from([0, 0, 0, 1]));
        // A frame that begins and never ends.
        socket.write(Buffer.from([0x81, 0x7e, 0x40]));
      }),
    );
    const shares: number[] = [];
    const call = { ...callOf(CALL), onProgress: (share: number) => shares.push(share) };
    expect((await paintOnce(inpainterOf(), {}, undefined, call)).inside).toBeGreaterThan(500);
    expect(shares).toEqual([]);
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  });

  it("says that it knows a workflow no more where it was restarted meanwhile", async () => {
    peer.held = true;
    const painting = errorOf(() => paintOnce(inpainterOf(), {}, undefined, callOf(CALL)));
    await until(() => peer.submitted.length > 0);
    peer.restart();
    expect(await painting).toMatchObject({
      code: "PROVIDER_FAILED",
      message: expect.stringMatching(/known there no more/),
    });
  });

  it("is asked later where the connection breaks before it says that it has a workflow", async () => {
    peer.fault = { path: "/prompt", act: FAULTS.breaks };
    expect(await errorOf(() => paintOnce(inpainterOf(), {}, undefined, callOf(CALL)))).toMatchObject({
      code: "CALL_OPEN",
    });
  });

  it("tells of itself without working", async () => {
    expect(await provider.test(soon())).toMatchObject({
      says: expect.stringMatching(/ComfyUI 0\.3\.60 on cuda:0 A GPU; templates sd15-inpaint, flux-fill$/),
      models: [...COMFY_CHECKPOINTS, "flux-fill"],
    });
    for (const file of FLUX_FILES) peer.absent.add(file);
    expect(await provider.test(soon())).toMatchObject({
      says: expect.stringMatching(/templates sd15-inpaint$/),
      models: COMFY_CHECKPOINTS,
    });
  });
});

const FLUX_FILES = ["flux/flux1-fill-dev-fp8.safetensors", "t5xxl_fp8_e4m3fn.safetensors"];

describe("Flux Fill on a ComfyUI", () => {
  it("is a model where its weights are, whatever they are called exactly", async () => {
    expect(provider.findInpainter("flux-fill")).toMatchObject({
      id: "flux-fill",
      capabilities: { hard: { nativeSize: 1024, multipleOf: 16 } },
    });
    const { inside, answer } = await paintOnce(inpainterOf("flux-fill"), {
      positivePrompt: "a cat",
      negativePrompt: "a dog",
      CFGScale: 28,
      lora: [{ model: "whiskers" }],
      seed: 4,
    });
    expect(inside).toBeGreaterThan(500);
    expect(answer.warnings).toEqual(["template flux-fill takes no notice of negativePrompt"]);
    expect(inputsOf("UNETLoader")).toEqual({
      unet_name: "flux/flux1-fill-dev-fp8.safetensors",
      weight_dtype: "default",
    });
    expect(inputsOf("DualCLIPLoader")).toEqual({
      clip_name1: "clip_l.safetensors",
      clip_name2: "t5xxl_fp8_e4m3fn.safetensors",
      type: "flux",
    });
    expect(inputsOf("VAELoader")).toEqual({ vae_name: "flux/ae.safetensors" });
    expect(inputsOf("FluxGuidance")).toMatchObject({ guidance: 28 });
    expect(inputsOf("KSampler")).toMatchObject({ seed: 4, cfg: 1, denoise: 1, steps: 20 });
    expect(inputsOf("LoraLoader")).toMatchObject({ model: ["1", 0], clip: ["2", 0] });
  });

  it("takes other files where a step names them", async () => {
    const settings = { unet: "flux1-dev", weightType: "fp8_e4m3fn" };
    await paintOnce(inpainterOf("flux-fill"), { settings });
    expect(inputsOf("UNETLoader")).toEqual({
      unet_name: "flux1-dev.safetensors",
      weight_dtype: "fp8_e4m3fn",
    });
    expect(Object.keys(peer.submitted[0]?.prompt ?? {})).not.toContain("6");
  });

  it("is none where its weights are not, and says which of its files is missing before anything is sent", async () => {
    const [unet = "", t5 = ""] = FLUX_FILES;
    peer.absent.add(t5);
    await provider.refresh?.(soon());
    expect(await errorOf(() => paintOnce(inpainterOf("flux-fill")))).toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringMatching(
        /no file such as t5xxl_fp16\.safetensors for its DualCLIPLoader.*settings: \{ t5/,
      ),
    });
    expect(peer.requests.filter(({ method }) => method === "POST")).toEqual([]);
    peer.absent.add(unet);
    await provider.refresh?.(soon());
    expect(provider.findInpainter("flux-fill")).toBeNull();
    await reopen({ models: ["flux-fill.safetensors"] });
    expect(provider.findInpainter("flux-fill")?.id).toBe("flux-fill.safetensors");
  });

  it("is what a workflow for any model is painted with where there is nothing else", async () => {
    for (const file of COMFY_CHECKPOINTS) peer.absent.add(file);
    await provider.refresh?.(soon());
    expect(provider.findInpainter("default")?.id).toBe("flux-fill");
  });

  it("is not passed off as the checkpoint that a step names beside it", async () => {
    const parameters = { settings: { template: "flux-fill" } };
    const says = "template flux-fill brings a model of its own: it paints, and not dreamshaper_8.safetensors";
    expect(provider.checkParameters("dreamshaper_8.safetensors", parameters)).toEqual([says]);
    expect((await paintOnce(inpainterOf(), parameters)).answer.warnings).toEqual([says]);
  });
});

describe("a user's template", () => {
  const write = async (name: string, content: unknown) => {
    const file = path.join(folder, name);
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };

  it("is a model by itself where it brings its own checkpoint, and says what it takes no notice of", async () => {
    const own = structuredClone(sd15Inpaint);
    Object.assign(own["1"]?.inputs ?? {}, { ckpt_name: COMFY_CHECKPOINTS[1] });
    Object.assign(own["7"]?.inputs ?? {}, { steps: 9 });
    await reopen({ options: { templates: { portrait: await write("portrait.json", own) } } });
    const { answer } = await paintOnce(inpainterOf("portrait"), { steps: 30, seed: 1 });
    expect(inputsOf("CheckpointLoaderSimple")).toEqual({ ckpt_name: COMFY_CHECKPOINTS[1] });
    expect(inputsOf("KSampler")).toMatchObject({ steps: 9 });
    expect(provider.findInpainter("portrait")?.capabilities.soft).not.toContain("steps");
    expect(answer.warnings).toEqual(["template portrait takes no notice of steps"]);
  });

  it("is chosen by a step", async () => {
    const other = structuredClone(sd15Inpaint);
    Object.assign(other["7"]?.inputs ?? {}, { steps: "{{detail}}" });
    await reopen({ options: { templates: { fine: await write("fine.json", other) } } });
    await paintOnce(inpainterOf(), { settings: { template: "fine", detail: 44 } });
    expect(inputsOf("KSampler")).toMatchObject({ steps: 44 });
    expect(await errorOf(() => paintOnce(inpainterOf(), { settings: { template: "fin" } }))).toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/Did you mean fine\?/),
    });
  });

  it("names every node that is not there, and what brings it, when it is used and when it is tried", async () => {
    const own = structuredClone(sd15Inpaint);
    Object.assign(own, {
      "2": { class_type: "INPAINT_MaskedFill", inputs: { image: ["20", 0] } },
      "20": { class_type: "LoadImage", inputs: { image: "{{image}}" } },
      "21": { class_type: "SomebodysNode", inputs: {} },
    });
    await reopen({ options: { templates: { fancy: await write("fancy.json", own) } } });
    const missing = /node 2 \(INPAINT_MaskedFill, of comfyui-inpaint-nodes\), node 21 \(SomebodysNode\)/;
    expect(await errorOf(() => paintOnce(inpainterOf(), { settings: { template: "fancy" } }))).toMatchObject({
      code: "PROVIDER_REFUSED",
      message: expect.stringMatching(missing),
    });
    const { says } = await provider.test(soon());
    expect(says).toMatch(missing);
    expect(says).not.toMatch(/sd15-inpaint needs/);
  });

  it("is part of what pictures are made by: with another one, nothing counts as done", async () => {
    const recipes = new Set([provider.recipe]);
    for (const steps of [7, 8]) {
      const own = structuredClone(sd15Inpaint);
      Object.assign(own["7"]?.inputs ?? {}, { steps });
      await reopen({ options: { templates: { portrait: await write("portrait.json", own) } } });
      recipes.add(provider.recipe);
    }
    expect(recipes.size).toBe(3);
  });

  it("is refused at start where it is no workflow in API format, or not there", async () => {
    const openWith = (templates: Readonly<Record<string, string>>) =>
      errorOf(() => open({ options: { templates } }));
    expect(await openWith({ bad: await write("bad.json", { nodes: [], links: [] }) })).toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/Export \(API\)/),
    });
    expect(await openWith({ bad: path.join(folder, "none.json") })).toMatchObject({ code: "INPUT_INVALID" });
    expect(await errorOf(() => open({ options: { template: "none" } }))).toMatchObject({
      message: expect.stringMatching(/has none called "none".*It has sd15-inpaint/),
    });
  });
});
