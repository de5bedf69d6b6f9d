import { createRunware } from "@runware/ai-sdk-provider";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_KEY, type ApiHost, astronaut, dataUri, openApiHost, readGrey } from "./api-host.ts";

/* The official provider for the AI SDK, over HTTP. */

let host: ApiHost;
let seedImage: string;
let maskImage: string;

beforeAll(async () => {
  host = await openApiHost();
  seedImage = dataUri(await astronaut(), "image/jpeg");
  const white = { create: { width: 128, height: 128, channels: 3, background: "white" } } as const;
  const mask = sharp({ create: { width: 512, height: 512, channels: 3, background: "black" } });
  maskImage = dataUri(
    await mask
      .composite([{ input: white, left: 160, top: 60 }])
      .png()
      .toBuffer(),
    "image/png",
  );
});

afterAll(async () => {
  await host?.stop();
});

describe("@runware/ai-sdk-provider", () => {
  it("gets pictures of the size it asked for, over HTTP, and downloads them without a key", async () => {
    const { images } = await generate(API_KEY, "local:fill", {
      seedImage,
      maskImage,
      maskMargin: 32,
      strength: 1,
    });
    expect(images).toHaveLength(1);
    const [image] = images;
    const picture = await readGrey(
      typeof image === "string" ? Buffer.from(image, "base64") : (image ?? NONE),
    );
    expect({ format: picture.format, width: picture.width, height: picture.height }).toEqual({
      format: "png",
      width: 256,
      height: 384,
    });
  });

  it("gives its caller our words for what is wrong", async () => {
    await expect(generate(API_KEY, "civitai:1@1", { seedImage })).rejects.toThrow(/civitai:1@1/);
    await expect(generate(API_KEY, "local:fill", { seedImage, strength: 3 })).rejects.toThrow(/strength/);
  });

  it("gives its caller our words for a wrong key, which is not worth another try", async () => {
    await expect(generate("no-such-key-at-all", "local:fill", { seedImage })).rejects.toMatchObject({
      message: expect.stringMatching(/key/i),
      statusCode: 401,
      isRetryable: false,
    });
  });
});

const NONE = new Uint8Array();

/** As `generateImage` of the AI SDK calls it. */
async function generate(apiKey: string, model: string, options: Record<string, string | number>) {
  const provider = createRunware({ apiKey, baseURL: `${host.url}/v1` });
  return provider.image(model).doGenerate({
    prompt: "a face",
    n: 1,
    size: "256x384",
    aspectRatio: undefined,
    seed: 7,
    files: undefined,
    mask: undefined,
    providerOptions: { runware: options },
  });
}
