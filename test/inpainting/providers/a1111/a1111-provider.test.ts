import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Handover } from "../../../../src/inpainting/handover.ts";
import { createA1111Provider } from "../../../../src/inpainting/providers/a1111/a1111-provider.ts";
import type { RemoteProvider } from "../../../../src/inpainting/providers/provider-instance.ts";
import { callOf, paintOnce } from "../../../conformance/inpainter.ts";
import { errorOf } from "../../../onnx/run-model.ts";
import { FAULTS, settingsOf, until } from "../http/http-peer.ts";
import { type A1111Peer, CHECKPOINTS, startA1111Peer } from "./a1111-peer.ts";

const LOGIN = "painter:s3cret-word";
let peer: A1111Peer;
let provider: RemoteProvider;

beforeEach(async () => {
  peer = await startA1111Peer(LOGIN);
  provider = open({});
});
afterEach(async () => {
  await provider.close();
  await peer.close();
});

function open(entry: Readonly<Record<string, unknown>>, password = LOGIN): RemoteProvider {
  const whole = { id: "forge", kind: "a1111", url: peer.url, keyFrom: "FORGE_LOGIN", ...entry };
  return createA1111Provider(settingsOf(whole, { FORGE_LOGIN: password }));
}

const soon = () => AbortSignal.timeout(10_000);

async function inpainterOf(name: string) {
  await provider.refresh?.(soon());
  const manifest = provider.findInpainter(name);
  if (manifest === null) throw new Error(`no ${name}`);
  return provider.createInpainter(manifest);
}

describe("a Stable Diffusion web UI", () => {
  const asked = (path: string) => peer.requests.filter(({ url }) => url.pathname === path).length;

  it("is found by title, file and name, and by default as what is loaded; large models get large crops", async () => {
    await provider.refresh?.(soon());
    const [small, large] = CHECKPOINTS;
    for (const name of [small, "dreamshaper_8.safetensors", "DreamShaper_8", "default"]) {
      expect(provider.findInpainter(name ?? "")?.id).toBe(small);
    }
    const { id, provider: by, capabilities } = provider.findInpainter("juggernautXL") ?? {};
    expect([id, by, capabilities?.hard.nativeSize]).toEqual([large, "forge", 1024]);
    expect(provider.findInpainter("another")).toBeNull();
  });

  it("gets what the step says, by its own names", async () => {
    await paintOnce(await inpainterOf("dreamshaper_8"), {
      positivePrompt: "a cat",
      negativePrompt: "dogs",
      strength: 0.4,
      steps: 12,
      CFGScale: 5.5,
      scheduler: "dpm++ 2m karras",
      seed: 5,
      clipSkip: 1,
      vae: "vae-ft-mse-840000-ema-pruned",
      lora: [{ model: "whiskers", weight: 0.7 }],
      settings: { fill: "noise" },
    });
    expect(peer.pictures[0]).toMatchObject({
      prompt: "a cat <lora:whiskers:0.7>",
      negative_prompt: "dogs",
      denoising_strength: 0.4,
      steps: 12,
      cfg_scale: 5.5,
      sampler_name: "DPM++ 2M",
      scheduler: "Karras",
      seed: 5,
      inpainting_fill: 2,
      override_settings: {
        sd_vae: "vae-ft-mse-840000-ema-pruned.safetensors",
        CLIP_stop_at_last_layers: 2,
      },
    });
  });

  it("gets the provider's own defaults where the step says nothing", async () => {
    await provider.close();
    provider = open({ options: { steps: 28, scheduler: "Euler a" } });
    await paintOnce(await inpainterOf("dreamshaper_8"), { scheduler: "Euler" });
    expect(peer.pictures[0]).toMatchObject({ steps: 28, sampler_name: "Euler" });
    expect(await errorOf(() => open({ options: { stepz: 1 } }))).toMatchObject({ code: "INPUT_INVALID" });
  });

  it("gets a refiner and ControlNets, guided by the crop", async () => {
    await paintOnce(await inpainterOf("dreamshaper_8"), {
      steps: 20,
      refiner: { model: "juggernautXL", startStep: 15 },
      controlNet: [
        {
          model: "control_v11p_sd15_inpaint",
          preprocessor: "inpaint_only",
          weight: 0.5,
          endStepPercentage: 60,
        },
        { model: "control_v11f1e_sd15_tile [a371b31b]", controlMode: "controlnet" },
      ],
    });
    const plain = { enabled: true, pixel_perfect: true, guidance_start: 0 };
    expect(peer.pictures[0]).toMatchObject({
      refiner_checkpoint: CHECKPOINTS[1],
      refiner_switch_at: 0.75,
      alwayson_scripts: {
        ControlNet: {
          args: [
            {
              ...plain,
              module: "inpaint_only",
              model: "control_v11p_sd15_inpaint [ebff9138]",
              weight: 0.5,
              guidance_end: 0.6,
              control_mode: "Balanced",
            },
            {
              ...plain,
              module: "none",
              model: "control_v11f1e_sd15_tile [a371b31b]",
              weight: 1,
              guidance_end: 1,
              control_mode: "ControlNet is more important",
            },
          ],
        },
      },
    });
  });

  it.each([
    [
      "forge",
      {
        override_settings: {
          forge_additional_modules: ["sdxl_vae.safetensors"],
          CLIP_stop_at_last_layers: 3,
        },
      },
    ],
    ["sdnext", { clip_skip: 3, override_settings: { sd_vae: "sdxl_vae.safetensors" } }],
  ] as const)("gets VAE and clip skip as %s has them", async (kind, expected) => {
    peer.kind = kind;
    await paintOnce(await inpainterOf("dreamshaper_8"), { vae: "sdxl_vae", clipSkip: 2 });
    expect(peer.pictures[0]).toMatchObject(expected);
  });

  it.each([
    ["Euler Ancestral", { sampler_name: "Euler a" }],
    ["k_dpmpp_2m", { sampler_name: "DPM++ 2M" }],
    ["EulerDiscreteScheduler", { sampler_name: "Euler" }],
    ["euler karras", { sampler_name: "Euler", scheduler: "Karras" }],
    ["Default", { sampler_name: undefined, scheduler: undefined }],
  ])("understands the API's %s", async (scheduler, expected) => {
    await paintOnce(await inpainterOf("dreamshaper_8"), { scheduler });
    const { sampler_name, scheduler: schedule } = peer.pictures[0] ?? {};
    expect({ sampler_name, scheduler: schedule }).toEqual({ scheduler: undefined, ...expected });
  });

  it.each([
    ["a1111", { lora: [{ model: "wiskers" }] }, /lora: "wiskers".*Did you mean whiskers\?/],
    ["a1111", { vae: "vae-ft" }, /vae: "vae-ft" is none.*It has vae-ft-mse-840000/],
    ["a1111", { refiner: { model: "refinerXL" } }, /refiner: the web UI has no checkpoint "refinerXL"/],
    ["a1111", { controlNet: [{ model: "depth" }] }, /controlNet: "depth" is none/],
    ["a1111", { controlNet: [{ model: "depth", guideImage: "x" }] }, /leave guideImage out/],
    ["sdnext", { controlNet: [{ model: "depth" }] }, /install sd-webui-controlnet/],
    [
      "sdnext",
      { scheduler: "Euler Karras" },
      /scheduler: "Euler Karras" is none.*It has Euler, Euler a, DPM\+\+ 2M$/,
    ],
    ["sdnext", { refiner: { model: "juggernautXL" } }, /SD\.Next takes none/],
  ] as const)(
    "of %s is asked for nothing that it would leave out without a word: %j",
    async (kind, parameters, message) => {
      peer.kind = kind;
      const inpainter = await inpainterOf("dreamshaper_8");
      const given = structuredClone(parameters) as Parameters<typeof paintOnce>[1];
      expect(await errorOf(() => paintOnce(inpainter, given))).toMatchObject({
        code: "INPUT_INVALID",
        message: expect.stringMatching(message),
      });
      expect(peer.pictures).toEqual([]);
    },
  );

  it("is not asked for a sampler that it does not have", async () => {
    const inpainter = await inpainterOf("dreamshaper_8");
    expect(await errorOf(() => paintOnce(inpainter, { scheduler: "Eular a" }))).toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/Did you mean Euler a\?/),
    });
    expect(peer.pictures).toEqual([]);
  });

  it("loads a checkpoint once, and keeps it", async () => {
    const inpainter = await inpainterOf("juggernautXL");
    await paintOnce(inpainter);
    await paintOnce(inpainter);
    expect(peer.loaded).toEqual(CHECKPOINTS);
  });

  it.each([
    ["task(other)", false],
    ["scripts_img2img", false],
    /* Without ids, what was there before ours is known not to be ours. */
    ["API-IMG", true],
  ])(
    "leaves %s of others alone when its own picture is cancelled, without ids: %s",
    async (others, withoutIds) => {
      const inpainter = await inpainterOf("dreamshaper_8");
      Object.assign(peer, { others, withoutIds });
      const leaving = new AbortController();
      const painting = errorOf(() => paintOnce(inpainter, {}, leaving.signal, callOf("call-1")));
      await until(() => peer.pictures.length > 0);
      leaving.abort();
      expect(await painting).toMatchObject({ code: "CANCELLED" });
      expect(peer.interrupted).toEqual([]);
    },
  );

  it.each([
    ["one that came between", () => undefined],
    ["one of before that it could not be asked about", () => FAULTS.status(500)],
  ])("leaves the picture of others alone where nobody knows ids: %s", async (_, fault) => {
    const inpainter = await inpainterOf("dreamshaper_8");
    const act = fault();
    Object.assign(peer, { others: "API-IMG", withoutIds: true });
    if (act !== undefined) peer.fault = { path: "/sdapi/v1/progress", act };
    const leaving = new AbortController();
    const painting = errorOf(() => paintOnce(inpainter, {}, leaving.signal, callOf("call-1")));
    await until(() => peer.pictures.length > 0);
    Object.assign(peer, { fault: null, othersBegan: 9 });
    leaving.abort();
    expect(await painting).toMatchObject({ code: "CANCELLED" });
    expect(peer.interrupted).toEqual([]);
  });

  it.each([
    [true, []],
    [false, ["call-1"]],
  ])(
    "is stopped before somebody else paints it, and not while they do; taken: %s",
    async (isTaken, stopped) => {
      const inpainter = await inpainterOf("dreamshaper_8");
      peer.held = true;
      const leaving = new AbortController();
      const shares: number[] = [];
      const call = { ...callOf("call-1"), onProgress: (share: number) => shares.push(share) };
      const painting = errorOf(() => paintOnce(inpainter, {}, leaving.signal, call));
      await until(() => shares.length > 0);
      leaving.abort(new Handover({ isTaken }));
      await painting;
      expect(peer.interrupted).toEqual(stopped);
    },
  );

  it("stops its picture where tasks have no ids, too, and tells how far it is", async () => {
    const inpainter = await inpainterOf("dreamshaper_8");
    peer.held = true;
    peer.withoutIds = true;
    const leaving = new AbortController();
    const shares: number[] = [];
    const call = { ...callOf("call-1"), onProgress: (share: number) => shares.push(share) };
    const painting = errorOf(() => paintOnce(inpainter, {}, leaving.signal, call));
    await until(() => shares.length > 0);
    leaving.abort();
    expect(await painting).toMatchObject({ code: "CANCELLED" });
    await until(() => peer.interrupted.length > 0);
    expect(shares[0]).toBe(0.25);
  });

  it("leaves alone, and tells nothing of, a picture that began after its own where tasks have no ids", async () => {
    const inpainter = await inpainterOf("dreamshaper_8");
    Object.assign(peer, { held: true, withoutIds: true });
    const leaving = new AbortController();
    const shares: number[] = [];
    const call = { ...callOf("call-1"), onProgress: (share: number) => shares.push(share) };
    const painting = errorOf(() => paintOnce(inpainter, {}, leaving.signal, call));
    await until(() => shares.length > 0);
    Object.assign(peer, { others: "API-IMG", othersBegan: 9 });
    const before = asked("/sdapi/v1/progress");
    await until(() => asked("/sdapi/v1/progress") > before + 1);
    leaving.abort();
    expect(await painting).toMatchObject({ code: "CANCELLED" });
    expect(peer.interrupted).toEqual([]);
    expect(new Set(shares)).toEqual(new Set([0.25]));
  });

  it.each([
    [false, false, [0.5, {}]],
    [true, false, [0.5, { step: 10, steps: 20, preview: expect.any(Uint8Array) }]],
    /* It may be anybody's picture. */
    [true, true, [0.25, { step: 10, steps: 20 }]],
  ])("tells how far it is, watched: %s, without ids: %s", async (isWatched, withoutIds, expected) => {
    const inpainter = await inpainterOf("dreamshaper_8");
    Object.assign(peer, { held: true, withoutIds });
    const told: unknown[] = [];
    const call = {
      ...callOf("call-2"),
      isWatched,
      onProgress: (...progress: unknown[]) => told.push(progress),
    };
    const painting = paintOnce(inpainter, {}, undefined, call);
    await until(() => told.length > 0);
    peer.held = false;
    await painting;
    expect(told[0]).toEqual(expected);
  });

  /** All that is told of a picture that is watched. */
  const watched = async () => {
    const told: unknown[] = [];
    const onProgress = (...progress: unknown[]) => told.push(progress);
    const inpainter = await inpainterOf("dreamshaper_8");
    const call = { ...callOf("call-2"), isWatched: true, onProgress };
    return { told, painting: paintOnce(inpainter, {}, undefined, call) };
  };
  const preview = expect.any(Uint8Array);

  it.each([
    ["it knows tasks by their ids", {}, [0.5, { step: 10, steps: 20, preview }]],
    ["it does not", { withoutIds: true }, [0.25, { step: 10, steps: 20 }]],
  ])("tells nothing of the picture that ours waits for: %s", async (_, how, expected) => {
    Object.assign(peer, { held: true, others: "API-IMG", ...how });
    const { told, painting } = await watched();
    await until(() => asked("/internal/progress") > 1);
    peer.others = null;
    await until(() => told.length > 0);
    peer.held = false;
    await painting;
    expect(told[0]).toEqual(expected);
  });

  it("tells nothing of another's picture as long as ours has not arrived", async () => {
    let isHere = false;
    const act = async () => {
      await until(() => isHere);
      return "pass";
    };
    peer.fault = { path: "/sdapi/v1/img2img", act };
    Object.assign(peer, { held: true, others: "scripts_img2img" });
    const { told, painting } = await watched();
    await until(() => asked("/internal/progress") > 1);
    expect(told).toEqual([]);
    isHere = true;
    await until(() => peer.pictures.length > 0);
    peer.others = null;
    /* Between the two it may be asked once while both are there. */
    const ours = [0.5, { step: 10, steps: 20, preview }];
    await vi.waitFor(() => expect(told).toContainEqual(ours), { timeout: 10_000 });
    peer.held = false;
    await painting;
  });

  it("tells no step of another's picture that has begun when it is asked for ours", async () => {
    peer.held = true;
    const { told, painting } = await watched();
    await until(() => peer.pictures.length > 0);
    const act = () => {
      peer.others = "API-IMG";
      return "pass";
    };
    peer.fault = { path: "/sdapi/v1/progress", act };
    await until(() => asked("/internal/progress") > 2);
    Object.assign(peer, { fault: null, others: null });
    await until(() => told.length > 0);
    peer.held = false;
    await painting;
    expect(told[0]).toEqual([0.5, { step: 10, steps: 20, preview }]);
  });

  it("is asked once only for a path that it does not have", async () => {
    peer.held = true;
    peer.fault = { path: "/internal/progress", act: FAULTS.status(404, {}, '{"detail":"Not Found"}') };
    const { told, painting } = await watched();
    await until(() => told.length > 1);
    peer.held = false;
    await painting;
    expect(told.slice(0, 2)).toEqual(Array.from({ length: 2 }, () => [0.25, { step: 10, steps: 20 }]));
    expect(asked("/internal/progress")).toBe(1);
  });

  it.each([
    [false, ["call-7"]],
    /* It may be anybody's picture. */
    [true, []],
  ])("interrupts what a worker that died left there, without ids: %s", async (withoutIds, stopped) => {
    Object.assign(peer, { held: true, withoutIds });
    const inpainter = await inpainterOf("dreamshaper_8");
    const dying = new AbortController();
    const lost = errorOf(() => paintOnce(inpainter, {}, dying.signal, callOf("call-7")));
    await until(() => peer.pictures.length > 0);
    peer.fault = { path: "/", act: FAULTS.status(500) };
    dying.abort();
    await lost;
    peer.fault = null;
    const painting = paintOnce(inpainter, {}, undefined, callOf("call-7", true));
    await until(() => peer.pictures.length > 1);
    expect(peer.interrupted).toEqual(stopped);
    peer.held = false;
    expect((await painting).inside).toBeGreaterThan(500);
  });

  it("says whether it takes the password, and never shows it", async () => {
    expect(await provider.test(soon())).toMatchObject({
      models: CHECKPOINTS,
      says: expect.stringMatching(/2 checkpoints, 3 samplers/),
    });
    const wrong = open({}, "painter:wrong-word");
    const error = await errorOf(() => wrong.test(soon()));
    await wrong.close();
    expect(error).toMatchObject({
      code: "PROVIDER_REFUSED",
      message: expect.stringMatching(/answers 401.*keyFrom/),
    });
    expect(String((error as Error).message)).not.toMatch(/wrong-word/);
  });

  it("says what to do where its API is off, or nobody is there", async () => {
    peer.fault = { path: "/sdapi", act: FAULTS.status(404, {}, '{"detail":"Not Found"}') };
    expect(await errorOf(() => provider.test(soon()))).toMatchObject({
      code: "PROVIDER_REFUSED",
      message: expect.stringMatching(/start it with --api/),
    });
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const nobody = open({ url: `http://127.0.0.1:${port}` });
    expect(await errorOf(() => nobody.test(soon()))).toMatchObject({
      code: "PROVIDER_UNAVAILABLE",
      message: expect.stringMatching(/nobody answers at .*ECONNREFUSED/),
    });
    await nobody.close();
  });

  it("is waited for where its first byte is slow, and its Retry-After is passed on", async () => {
    const inpainter = await inpainterOf("dreamshaper_8");
    peer.fault = {
      path: "/sdapi/v1/img2img",
      act: FAULTS.slow(300, FAULTS.status(429, { "retry-after": "17" })),
    };
    expect(await errorOf(() => paintOnce(inpainter))).toMatchObject({
      code: "PROVIDER_UNAVAILABLE",
      retryAfterSeconds: 17,
    });
  });

  it("is not followed to where it redirects", async () => {
    const inpainter = await inpainterOf("dreamshaper_8");
    const trap = await startA1111Peer();
    peer.fault = {
      path: "/sdapi/v1/img2img",
      act: FAULTS.status(307, { location: `${trap.url}/sdapi/v1/img2img` }),
    };
    expect(await errorOf(() => paintOnce(inpainter))).toMatchObject({
      code: "PROVIDER_REFUSED",
      message: expect.stringMatching(/redirects .* are not followed/),
    });
    expect(trap.requests).toEqual([]);
    await trap.close();
  });

  it("leaves a call that costs, and whose answer never came, to a person", async () => {
    await provider.close();
    provider = open({ paid: true });
    const inpainter = await inpainterOf("dreamshaper_8");
    expect(await errorOf(() => paintOnce(inpainter, {}, undefined, callOf("call-3", true)))).toMatchObject({
      code: "CALL_UNCERTAIN",
    });
    peer.fault = { path: "/sdapi/v1/img2img", act: FAULTS.breaks };
    expect(await errorOf(() => paintOnce(inpainter, {}, undefined, callOf("call-4")))).toMatchObject({
      code: "CALL_UNCERTAIN",
    });
    expect(peer.pictures).toEqual([]);
  });

  it.each([
    [false, "PROVIDER_FAILED"],
    [true, "OUTPUT_INVALID"],
  ])("does not pass off what somebody has interrupted there as finished (paid: %s)", async (paid, code) => {
    await provider.close();
    provider = open({ paid });
    const inpainter = await inpainterOf("dreamshaper_8");
    peer.held = true;
    const painting = errorOf(() => paintOnce(inpainter, {}, undefined, callOf("call-5")));
    await until(() => peer.pictures.length > 0);
    await fetch(`${peer.url}/sdapi/v1/interrupt`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(LOGIN).toString("base64")}` },
    });
    expect(await painting).toMatchObject({
      code,
      message: expect.stringMatching(/expected a finished picture/),
    });
    peer.held = false;
    expect((await paintOnce(inpainter, {}, undefined, callOf("call-6"))).inside).toBeGreaterThan(500);
  });

  it("does not pass off another checkpoint's picture", async () => {
    const inpainter = await inpainterOf("dreamshaper_8");
    peer.held = true;
    const painting = errorOf(() => paintOnce(inpainter));
    await until(() => peer.pictures.length > 0);
    await fetch(`${peer.url}/sdapi/v1/options`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(LOGIN).toString("base64")}` },
      body: JSON.stringify({ sd_model_checkpoint: CHECKPOINTS[1] }),
    });
    peer.held = false;
    expect(await painting).toMatchObject({
      code: "PROVIDER_FAILED",
      message: expect.stringMatching(/by dreamshaper_8.* got one by/),
    });
  });
});
