import { randomUUID } from "node:crypto";
import { Runware } from "@runware/sdk-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { API_KEY, type ApiHost, astronaut, dataUri, download, openApiHost, readGrey } from "./api-host.ts";
import { until } from "./cli-installation.ts";
import { plainPicture } from "./server-host.ts";

/* The official client, unmodified, against `maskloom up`. */

const MODEL = "runware:35@7";
type Sdk = Awaited<ReturnType<typeof Runware.initialize>>;

let host: ApiHost;
let sdk: Sdk;
let face: string;

beforeAll(async () => {
  host = await openApiHost();
  face = dataUri(await astronaut(), "image/jpeg");
  sdk = await Runware.initialize({ apiKey: API_KEY, url: host.webSocketUrl });
});

afterAll(async () => {
  await sdk?.disconnect();
  await host?.stop();
});

describe("@runware/sdk-js, imageMasking", () => {
  it("gets the mask as URL, base64 and data URI, each the same picture", async () => {
    const request = { model: MODEL, inputImage: face, outputFormat: "PNG" as const };
    const url = await imageMasking({ ...request, outputType: "URL" });
    const base64 = await imageMasking({ ...request, outputType: "base64Data" });
    const uri = await imageMasking({ ...request, outputType: "dataURI" });

    const downloaded = await download(url.maskImageURL);
    expect(downloaded.type).toBe("image/png");
    const mask = await readGrey(downloaded.bytes);
    expect({ format: mask.format, width: mask.width, height: mask.height }).toEqual({
      format: "png",
      width: 512,
      height: 512,
    });
    const prefix = "data:image/png;base64,";
    expect(uri.maskImageDataURI?.slice(0, prefix.length)).toBe(prefix);
    for (const text of [base64.maskImageBase64Data, uri.maskImageDataURI?.slice(prefix.length)])
      expect((await readGrey(Buffer.from(text ?? "", "base64"))).data).toEqual(mask.data);

    expect(url.detections).toHaveLength(1);
    const [box] = url.detections;
    const [x, y] = [(box?.x_min ?? 0) + (box?.x_max ?? 0), (box?.y_min ?? 0) + (box?.y_max ?? 0)];
    expect([mask.at(x >> 1, y >> 1), mask.at(0, 0), mask.at(511, 511)]).toEqual([255, 0, 0]);
  });

  it("gets JPG where it does not say otherwise, and WEBP where it does", async () => {
    const jpg = await download((await imageMasking({ model: MODEL, inputImage: face })).maskImageURL);
    const webp = await imageMasking({ model: MODEL, inputImage: face, outputFormat: "WEBP" });
    const mask = await readGrey(jpg.bytes);
    expect({ type: jpg.type, format: mask.format }).toEqual({ type: "image/jpeg", format: "jpeg" });
    expect(await download(webp.maskImageURL)).toMatchObject({ type: "image/webp" });
    expect(webp.maskImageURL).toMatch(/\.webp(\?|$)/);
  });

  it("gets every field of the documents, under the task's UUID", async () => {
    const customTaskUUID = randomUUID();
    const answer = await imageMasking({
      model: "mediapipe_face_short",
      inputImage: face,
      includeCost: true,
      customTaskUUID,
    });
    expect(answer).toMatchObject({
      taskType: "imageMasking",
      taskUUID: customTaskUUID,
      inputImageUUID: expect.stringMatching(UUID),
      maskImageUUID: expect.stringMatching(UUID),
      cost: 0,
    });
  });

  it("gets a black mask and no detections of a picture without faces", async () => {
    const empty = dataUri(await plainPicture(), "image/png");
    const answer = await imageMasking({ model: MODEL, inputImage: empty, outputType: "base64Data" });
    expect(answer.detections).toEqual([]);
    const mask = await readGrey(Buffer.from(answer.maskImageBase64Data ?? "", "base64"));
    expect({ width: mask.width, height: mask.height, most: Math.max(...mask.data) }).toEqual({
      width: 64,
      height: 48,
      most: 0,
    });
  });

  it("is told what is wrong with a task, in the words of the API, and goes on", async () => {
    await expect(imageMasking({ model: "runware:35@99", inputImage: face })).rejects.toMatchObject({
      error: { code: "modelNotFound", taskUUID: expect.stringMatching(UUID) },
    });
    await expect(imageMasking({ model: MODEL, inputImage: face, confidence: 2 })).rejects.toMatchObject({
      error: { code: "invalidConfidence", parameter: "confidence", min: 0, max: 1 },
    });
    await expect(imageMasking({ model: MODEL, inputImage: randomUUID() })).rejects.toMatchObject({
      error: { code: expect.stringMatching(/^(missing|invalid)|NotFound$/), parameter: "inputImage" },
    });
    expect((await imageMasking({ model: MODEL, inputImage: face })).detections).toHaveLength(1);
  });

  it("gets 20 answers to 20 tasks at once, each its own", async () => {
    const uploaded = String((await sdk.imageUpload({ image: face }))?.imageUUID);
    const paddings = Array.from({ length: 20 }, (_, at) => at);
    const answers = await Promise.all(
      paddings.map(async (maskPadding) => {
        const customTaskUUID = randomUUID();
        const options = { maskPadding, maskBlur: 0, outputType: "base64Data", outputFormat: "PNG" } as const;
        const answer = await imageMasking({
          model: MODEL,
          inputImage: uploaded,
          customTaskUUID,
          ...options,
        });
        expect(answer.taskUUID).toBe(customTaskUUID);
        return readGrey(Buffer.from(answer.maskImageBase64Data ?? "", "base64"));
      }),
    );
    const areas = answers.map(({ data }) => data.filter((value) => value > 127).length);
    expect(areas).toEqual([...areas].sort((a, b) => a - b));
    expect(new Set(areas).size).toBe(20);
  });
});

describe("@runware/sdk-js, pictures", () => {
  it("uploads one and uses it by its UUID", async () => {
    const uploaded = await sdk.imageUpload({ image: face });
    expect(String(uploaded?.imageUUID)).toMatch(UUID);
    const answer = await imageMasking({ model: MODEL, inputImage: String(uploaded?.imageUUID) });
    expect(answer.inputImageUUID).toBe(uploaded?.imageUUID);
  });

  it("stores and deletes media", async () => {
    const stored = await sdk.mediaStorage({ operation: "upload", media: face });
    expect(stored).toMatchObject({ operation: "upload", mediaUUID: expect.stringMatching(UUID) });
    const media = String(stored?.mediaUUID);
    expect((await imageMasking({ model: MODEL, inputImage: media })).detections).toHaveLength(1);
    expect(await sdk.mediaStorage({ operation: "delete", media })).toMatchObject({ operation: "delete" });
    await expect(imageMasking({ model: MODEL, inputImage: media })).rejects.toMatchObject({
      error: { parameter: "inputImage" },
    });
  });
});

describe("@runware/sdk-js, requestImages", () => {
  it("gets three results of inpainting with zoom, changed within the mask only", async () => {
    const mask = await imageMasking({ model: MODEL, inputImage: face, maskBlur: 0 });
    const partial: number[] = [];
    const results = await sdk.requestImages({
      model: "local:fill",
      positivePrompt: "a face",
      seedImage: face,
      maskImage: mask.maskImageUUID,
      maskMargin: 32,
      strength: 1,
      width: 512,
      height: 512,
      numberResults: 3,
      outputFormat: "PNG",
      outputType: "URL",
      includeCost: true,
      onPartialImages: (images) => void partial.push(images?.length ?? 0),
    });
    expect(results).toHaveLength(3);
    expect(partial.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(new Set(results?.map(({ imageUUID }) => imageUUID)).size).toBe(3);
    for (const result of results ?? []) {
      expect(result).toMatchObject({ taskType: "imageInference", seed: expect.any(Number), cost: 0 });
      expect(result.imageURL).toMatch(/\.png(\?|$)/);
    }
    const seed = await readGrey(await astronaut());
    const painted = await readGrey((await download(results?.[0]?.imageURL)).bytes);
    expect([painted.width, painted.height]).toEqual([512, 512]);
    const [box] = mask.detections;
    const centre = [(box?.x_min ?? 0) + (box?.x_max ?? 0), (box?.y_min ?? 0) + (box?.y_max ?? 0)] as const;
    expect(painted.at(centre[0] >> 1, centre[1] >> 1)).not.toBe(seed.at(centre[0] >> 1, centre[1] >> 1));
    expect(painted.at(3, 500)).toBe(seed.at(3, 500));
  });

  it("is told which models there are where it names one that is not here", async () => {
    const request = { positivePrompt: "a face", seedImage: face, width: 512, height: 512 };
    const asked = sdk.requestImages({ ...request, model: "civitai:139562@297320" });
    await expect(asked).rejects.toMatchObject({
      error: { code: expect.stringMatching(/^modelNotFound$|^noAvailableServer$|^modelUnavailable$/) },
    });
    await expect(asked).rejects.toMatchObject({ error: { message: expect.stringContaining("local:fill") } });
  });
});

describe("@runware/sdk-js, later", () => {
  it("is acknowledged at once and fetches the result with getResponse", async () => {
    const taskUUID = randomUUID();
    const acknowledged = await sdk.requestImages({
      model: "local:fill",
      positivePrompt: "a face",
      seedImage: face,
      width: 512,
      height: 512,
      numberResults: 2,
      customTaskUUID: taskUUID,
      deliveryMethod: "async",
    });
    expect(acknowledged).toEqual([{ taskType: "imageInference", taskUUID }]);
    await until(async () => (await fetchResponse(taskUUID)).every(({ status }) => status === "success"));
    const results = await fetchResponse(taskUUID);
    expect(results).toHaveLength(2);
    expect(new Set(results.map(({ imageUUID }) => imageUUID)).size).toBe(2);
    for (const { imageURL } of results) expect((await download(imageURL)).type).toBe("image/jpeg");
    expect(await fetchResponse(taskUUID)).toEqual(results);
  });

  it("is told that nobody knows a task", async () => {
    await expect(sdk.getResponse({ taskUUID: randomUUID() })).rejects.toMatchObject({
      error: { code: "taskNotFound" },
    });
  });

  it("reads what it asked and what was answered", async () => {
    const customTaskUUID = randomUUID();
    await imageMasking({ model: MODEL, inputImage: face, customTaskUUID });
    const details = await sdk.getTaskDetails({ taskUUID: customTaskUUID });
    expect(details).toMatchObject({ taskType: "getTaskDetails", taskUUID: customTaskUUID });
    expect(JSON.stringify(details)).toContain(MODEL);
  });
});

interface Generation {
  readonly status: string;
  readonly imageUUID?: string;
  readonly imageURL?: string;
}

const fetchResponse = (taskUUID: string) => sdk.getResponse<Generation>({ taskUUID });

type MaskingRequest = Parameters<Sdk["imageMasking"]>[0];

/** The client's types lack most of what it hands on. */
const imageMasking = async (request: MaskingRequest) => Masked.parse(await sdk.imageMasking(request));

const Masked = z.looseObject({
  taskUUID: z.string(),
  inputImageUUID: z.string(),
  maskImageUUID: z.string(),
  maskImageURL: z.string().optional(),
  maskImageBase64Data: z.string().optional(),
  maskImageDataURI: z.string().optional(),
  detections: z.array(z.strictObject({ x_min: z.int(), y_min: z.int(), x_max: z.int(), y_max: z.int() })),
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
