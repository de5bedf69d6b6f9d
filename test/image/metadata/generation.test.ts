import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { ImageFormat } from "../../../src/image/metadata/container.ts";
import { readGeneration } from "../../../src/image/metadata/generation/read-generation.ts";
import { readContainer } from "../../../src/image/metadata/read-container.ts";
import { sniffFormat } from "../../../src/image/sniff-format.ts";

const FOLDER = path.join(import.meta.dirname, "..", "..", "fixtures", "generation");

async function generationOf(file: string) {
  const bytes = await readFile(path.join(FOLDER, file));
  return readGeneration(readContainer(bytes, sniffFormat(bytes) as ImageFormat));
}

const A1111 = {
  generator: "a1111",
  prompt: 'portrait of a woman, (freckles:1.2), <lora:detail_v2:0.6>\nsoft light, she said: "hello, world"',
  negativePrompt: "lowres, bad hands,\nblurry",
  seed: 3141592653,
  steps: 28,
  sampler: "DPM++ 2M",
  scheduler: "Karras",
  CFGScale: 6.5,
  strength: 0.45,
  clipSkip: 2,
  model: "v1-5-pruned-emaonly",
  modelHash: "6ce0161689",
  size: { width: 512, height: 768 },
};

describe("how a picture was made is read", () => {
  it.each(["a1111.png", "a1111-utf16be.jpg", "a1111-utf16le.jpg", "a1111.webp", "a1111-ascii.webp"])(
    "from the infotext of %s, LoRA tags and lines kept",
    async (file) => {
      expect(await generationOf(file)).toEqual(A1111);
    },
  );

  it("from an infotext in UTF-8, compressed", async () => {
    const prompt = A1111.prompt.replace("portrait of a woman", "Porträt einer Frau, 人物");
    expect(await generationOf("a1111-utf8.png")).toEqual({ ...A1111, prompt });
  });

  it("from parameters that are a prompt and nothing else", async () => {
    expect(await generationOf("a1111-prompt-only.png")).toEqual({
      generator: "a1111",
      prompt: "just a prompt\nof two lines",
    });
  });

  it("from ComfyUI's graph: the pass that made the picture, its own side of a control net, texts by link", async () => {
    expect(await generationOf("comfyui.png")).toEqual({
      generator: "comfyui",
      prompt: "a bottle of stars, galaxy",
      negativePrompt: "text, watermark",
      seed: 156680208700286,
      steps: 20,
      sampler: "euler",
      scheduler: "normal",
      CFGScale: 8,
      strength: 1,
      model: "dreamshaper_8",
      size: { width: 512, height: 640 },
    });
  });

  it("from ComfyUI's WEBP, whose sampler has nodes for its fields", async () => {
    expect(await generationOf("comfyui-flux.webp")).toEqual({
      generator: "comfyui",
      prompt: "a red fox in the snow",
      seed: 219670278747233,
      steps: 24,
      sampler: "euler",
      scheduler: "simple",
      model: "flux1-dev",
      size: { width: 1024, height: 1024 },
    });
  });

  it("from InvokeAI's record, and that of its second version", async () => {
    expect(await generationOf("invokeai.png")).toEqual({
      generator: "invokeai",
      prompt: "landscape, mist",
      negativePrompt: "low quality",
      seed: 356120443,
      steps: 30,
      sampler: "dpmpp_2m_sde_k",
      CFGScale: 7.5,
      clipSkip: 1,
      model: "Juggernaut XL v9",
      modelHash: "blake3:a12d",
      size: { width: 832, height: 1216 },
    });
    expect(await generationOf("invokeai-2.png")).toMatchObject({
      prompt: "a barn at dusk",
      negativePrompt: "rain, people",
      seed: 42,
      sampler: "k_lms",
      model: "stable-diffusion-1.5",
    });
  });

  it.each(["fooocus.png", "fooocus.jpg"])("from Fooocus's record in %s", async (file) => {
    expect(await generationOf(file)).toEqual({
      generator: "fooocus",
      prompt: "a lighthouse",
      negativePrompt: "unrealistic",
      seed: 5263414875434107,
      steps: 30,
      sampler: "dpmpp_2m_sde_gpu",
      scheduler: "karras",
      CFGScale: 4,
      clipSkip: 2,
      model: "juggernautXL_v8Rundiffusion",
      modelHash: "aeb7e9e689",
      size: { width: 1152, height: 896 },
    });
  });

  it.each(["swarmui.png", "swarmui.jpg"])("from SwarmUI's record in %s", async (file) => {
    expect(await generationOf(file)).toEqual({
      generator: "swarmui",
      prompt: "a photo of a cat",
      negativePrompt: "dog",
      seed: 2042464333,
      steps: 20,
      sampler: "euler",
      scheduler: "normal",
      CFGScale: 7,
      model: "sd_xl_base_1.0",
      size: { width: 1024, height: 1024 },
    });
  });

  it("from NovelAI's comment, Draw Things' XMP and fields of the API", async () => {
    expect(await generationOf("novelai.png")).toMatchObject({
      generator: "novelai",
      prompt: "1girl, looking at viewer",
      negativePrompt: "lowres, jpeg artifacts",
      CFGScale: 5,
    });
    expect(await generationOf("drawthings.jpg")).toMatchObject({
      generator: "drawthings",
      prompt: 'a cup of tea & "steam"',
      negativePrompt: "cartoon",
      model: "sd_xl_base_1.0_f16",
      size: { width: 1024, height: 768 },
    });
    expect(await generationOf("runware.png")).toMatchObject({
      generator: "runware",
      prompt: "a serene mountain lake",
      negativePrompt: "people",
      model: "runware:101@1",
      CFGScale: 3.5,
    });
  });

  it.each(["camera.jpg", "camera-comment.jpg", "plain.png"])("from %s not at all", async (file) => {
    expect(await generationOf(file)).toBeNull();
  });
});
