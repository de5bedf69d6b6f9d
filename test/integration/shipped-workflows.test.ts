import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import type { RunDetail } from "../../src/contracts/run.ts";
import { ImageMaskingResult, RegionQuality } from "../../src/contracts/tasks.ts";
import { readPngChunks, writePngChunks } from "../../src/image/metadata/png-chunks.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

/* Every shipped workflow on a photo, with real workers and the models that come with the package. */

const EXAMPLES = path.join(PACKAGE_ROOT, "examples", "photos");
const SHARED = path.join(PACKAGE_ROOT, "..", "shared", "photos");

interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Parts of astronaut.jpg: her head, and a wall. */
const HEAD: Region = { left: 130, top: 0, width: 190, height: 210 };
const WALL: Region = { left: 10, top: 10, width: 80, height: 80 };

const cut = (region: Region) => sharp(path.join(EXAMPLES, "astronaut.jpg")).extract(region).png().toBuffer();
const shared = (name: string, width: number) =>
  sharp(path.join(SHARED, name)).resize({ width }).png().toBuffer();

let host: ServerHost;
let client: MaskloomClient;
let url: string;
let worker: { stop(): Promise<void> };

beforeAll(async () => {
  host = await openServerHost();
  ({ url } = await host.start());
  client = new MaskloomClient({ baseUrl: url });
  worker = await startWorkerProcess(host.home);
});
afterAll(async () => {
  await worker?.stop();
  await host?.stop();
});

async function run(
  workflow: string,
  bytes: Uint8Array,
  inputs: Record<string, unknown> = {},
): Promise<RunDetail> {
  const { runUUID } = await client.runs.create({ workflow, image: bytes, inputs });
  return client.runs.wait(runUUID);
}

/** As docs/workflows.md says: a further picture gets its UUID from the API's own task. */
async function upload(png: Uint8Array): Promise<string> {
  const image = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  const body = JSON.stringify([{ taskType: "imageUpload", taskUUID: randomUUID(), image }]);
  const headers = { "content-type": "application/json" };
  const response = await fetch(new URL("v1", url), { method: "POST", headers, body });
  const answer = z
    .object({ data: z.array(z.object({ imageUUID: z.string() })) })
    .parse(await response.json());
  return answer.data[0]?.imageUUID ?? "";
}

const statuses = ({ tasks }: RunDetail) => tasks.map(({ step, status }) => `${step} ${status}`);
const task = ({ tasks }: RunDetail, step: string) => tasks.find((one) => one.step === step);
const found = (ended: RunDetail, step: string) =>
  ImageMaskingResult.parse(task(ended, step)?.output).detections;

const Measured = z.object({
  width: z.number(),
  quality: z.object({
    regions: z.array(RegionQuality),
    pixelsChangedOutside: z.literal(0),
    pixelsChangedInside: z.int().min(300),
  }),
});

/** What was painted: nothing outside of its mask, and something in it. */
const painted = (ended: RunDetail, step: string) => Measured.parse(task(ended, step)?.output);
const sizeOf = async ({ output }: RunDetail) => {
  const { width, height } = await sharp((await client.artifacts.download(output ?? "")).bytes).metadata();
  return { width, height };
};

describe("face-detail", () => {
  it("restores each face at twice the size, within its own box and the fade around", async () => {
    const ended = await run("face-detail", await cut(HEAD));
    expect([ended.status, ...statuses(ended)]).toEqual(["succeeded", "faces succeeded", "detail succeeded"]);
    const [face] = found(ended, "faces");
    const { regions, ...counts } = painted(ended, "detail").quality;
    expect(regions).toHaveLength(1);
    /* Padding 8 and blur 6 around the box, as far as the picture goes. */
    const [inner, outer] = [face?.box ?? [0, 0, 0, 0], regions[0]?.box ?? [0, 0, 0, 0]];
    const beyond = inner.map((edge, at) => (at < 2 ? edge - (outer[at] ?? 0) : (outer[at] ?? 0) - edge));
    for (const distance of beyond) expect(distance).toSatisfy((by: number) => by >= 0 && by <= 16);
    expect(regions[0]?.sharpnessGain).toBeGreaterThan(1.2);
    expect(counts.pixelsChangedInside).toBeGreaterThan(10_000);
    expect(await sizeOf(ended)).toEqual({ width: 380, height: 420 });
  });

  it("leaves a picture without faces as it is, and says so", async () => {
    const ended = await run("face-detail", await cut(WALL));
    expect([ended.status, ...statuses(ended)]).toEqual(["skipped", "faces skipped", "detail skipped"]);
    expect(ended.output).toBe(ended.pictures.input);
    expect(task(ended, "faces")?.warnings).toEqual([expect.stringContaining("found no face")]);
  });

  it("asks for what the picture was made with, else for what is given, else for faces", async () => {
    const small = await sharp(await cut(HEAD))
      .resize(120)
      .png()
      .toBuffer();
    const carried = withInfotext(
      small,
      "a fox\nNegative prompt: a dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 77",
    );
    const asked = async (bytes: Uint8Array, inputs: Record<string, unknown> = {}) =>
      task(await run("face-detail", bytes, { ...inputs, scale: 1 }), "detail")?.input;
    const fox = { positivePrompt: "a fox", negativePrompt: "a dog", seed: 77 };
    expect(await asked(carried)).toMatchObject(fox);
    expect(await asked(carried, { prompt: "a cat" })).toMatchObject({ ...fox, positivePrompt: "a cat" });
    const plain = await asked(small);
    expect(plain).toMatchObject({ positivePrompt: "detailed face, natural skin" });
    expect(plain).not.toHaveProperty("negativePrompt");
  });

  it("takes the faces that are large enough, the largest first", async () => {
    const [one, other] = [
      await cut(HEAD),
      await sharp(await cut(HEAD))
        .resize(120)
        .png()
        .toBuffer(),
    ];
    const both = await sharp({ create: { width: 320, height: 210, channels: 3, background: "#777" } })
      .composite([
        { input: other, left: 0, top: 0 },
        { input: one, left: 130, top: 0 },
      ])
      .png()
      .toBuffer();
    const widths = async (inputs: Record<string, unknown>) =>
      found(await run("face-detail", both, { ...inputs, scale: 1 }), "faces").map(
        ({ box }) => box[2] - box[0],
      );
    const [large = 0, small = 0] = await widths({});
    expect(large).toBeGreaterThan(small);
    expect(await widths({ take: 1 })).toEqual([large]);
    expect(await widths({ maxArea: 0.1 })).toEqual([small]);
  });
});

describe("eyes-detail", () => {
  it("repaints two eyes, each zoomed in by itself, and no more of the face", async () => {
    const ended = await run("eyes-detail", await cut(HEAD));
    expect(ended.status).toBe("succeeded");
    const { regions, pixelsChangedInside } = painted(ended, "detail").quality;
    expect(regions).toHaveLength(2);
    const [[left, right]] = [regions.map(({ box }) => box).sort((a, b) => a[0] - b[0])];
    expect(left?.[2]).toBeLessThan(right?.[0] ?? 0);
    expect(pixelsChangedInside).toBeLessThan((380 * 420) / 10);
  });
});

describe("auto-mask-inpaint", () => {
  it("hands over the whole picture, once, and changes what the mask covers", async () => {
    const ended = await run("auto-mask-inpaint", await cut(HEAD));
    expect(statuses(ended)).toEqual(["mask succeeded", "inpaint succeeded"]);
    const { regions } = painted(ended, "inpaint").quality;
    expect(regions.map(({ crop }) => crop)).toEqual([[0, 0, HEAD.width, HEAD.height]]);
  });
});

describe("anonymize-faces", () => {
  it("leaves no face to be found, in the mode that leaves nothing of it", async () => {
    const ended = await run("anonymize-faces", await cut(HEAD), { mode: "colour" });
    expect(ended.status).toBe("succeeded");
    painted(ended, "hide");
    const { bytes } = await client.artifacts.download(ended.output ?? "");
    const again = await run("anonymize-faces", bytes);
    expect(again.status).toBe("skipped");
  });
});

describe("remove-object", () => {
  it("fills what its mask covers from the surroundings, and nothing else", async () => {
    const side = 96;
    const dot: Region = { left: 30, top: 40, width: 20, height: 20 };
    const [wall, black, red, white] = await Promise.all([
      plain(side, side, "#5a9"),
      plain(side, side, "black"),
      plain(dot.width, dot.height, "red"),
      plain(dot.width + 4, dot.height + 4, "white"),
    ]);
    const over = { left: dot.left - 2, top: dot.top - 2 };
    const picture = await sharp(wall)
      .composite([{ input: red, left: dot.left, top: dot.top }])
      .png()
      .toBuffer();
    const drawn = await sharp(black)
      .composite([{ input: white, ...over }])
      .png()
      .toBuffer();
    const ended = await run("remove-object", picture, { mask: await upload(drawn) });
    expect([ended.status, ...statuses(ended)]).toEqual(["succeeded", "fill succeeded"]);
    const after = await sharp((await client.artifacts.download(ended.output ?? "")).bytes)
      .removeAlpha()
      .raw()
      .toBuffer();
    expect(after).toEqual(await sharp(wall).removeAlpha().raw().toBuffer());
  });
});

describe.skipIf(mayBeMissing && !existsSync(SHARED))(
  "with photos that do not travel with the project (../shared/photos)",
  () => {
    it("hand-detail restores both hands, and nothing else", async () => {
      const ended = await run("hand-detail", await shared("one_face_two_hands.jpg", 300));
      expect(ended.status).toBe("succeeded");
      const hands = found(ended, "hands");
      expect(hands).toHaveLength(2);
      const { regions } = painted(ended, "detail").quality;
      expect(regions).toHaveLength(2);
      for (const { box } of hands) {
        const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
        expect(regions.some(({ box: [x0, y0, x1, y1] }) => x0 < x && x < x1 && y0 < y && y < y1)).toBe(true);
      }
    });

    it("person-detail follows the outline of a person, and leaves what is behind", async () => {
      const picture = await shared("full_body_coco234748.jpg", 240);
      const { width = 0, height = 0 } = await sharp(picture).metadata();
      const ended = await run("person-detail", picture, { scale: 1 });
      expect(ended.status).toBe("succeeded");
      const [person] = found(ended, "people");
      const [x0, y0, x1, y1] = person?.box ?? [0, 0, 0, 0];
      const { pixelsChangedInside } = painted(ended, "detail").quality;
      expect(person?.polygon?.length).toBeGreaterThan(20);
      expect(pixelsChangedInside).toBeLessThan((x1 - x0) * (y1 - y0));
      expect((x1 - x0) * (y1 - y0)).toBeLessThan(width * height);
    });

    it("portrait-full details face, eyes and hands, one after the other, at one size", async () => {
      const ended = await run("portrait-full", await shared("one_face_two_hands.jpg", 240));
      expect([ended.status, ...statuses(ended)]).toEqual([
        "succeeded",
        "face_faces succeeded",
        "face_detail succeeded",
        "eyes_eyes succeeded",
        "eyes_detail succeeded",
        "hands succeeded",
        "made succeeded",
        "detailHands succeeded",
        "all succeeded",
      ]);
      for (const step of ["face_detail", "eyes_detail", "detailHands", "all"]) painted(ended, step);
      expect(await sizeOf(ended)).toEqual({ width: 480, height: 640 });
      const image = (step: string) => z.object({ image: z.string() }).parse(task(ended, step)?.output).image;
      expect(task(ended, "eyes_eyes")?.input).toMatchObject({ inputImage: image("face_detail") });
      expect(task(ended, "hands")?.input).toMatchObject({ inputImage: image("eyes_detail") });
      expect(ended.output).toBe(image("all"));
    });

    it("portrait-full enlarges hands alone where there is no face, and leaves alone a picture of neither", async () => {
      const picture = await shared("hands_no_face_coco160012.jpg", 320);
      const { height = 0 } = await sharp(picture).metadata();
      const ended = await run("portrait-full", picture);
      expect(ended.status).toBe("succeeded");
      expect(task(ended, "face_detail")?.status).toBe("skipped");
      expect(await sizeOf(ended)).toEqual({ width: 640, height: height * 2 });
      const nothing = await run("portrait-full", await shared("negative_food_coco62554.jpg", 200));
      expect(nothing.status).toBe("skipped");
      expect(nothing.output).toBe(nothing.pictures.input);
    });
  },
);

function plain(width: number, height: number, background: string): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}

/** As A1111 writes it. */
function withInfotext(png: Buffer, text: string): Uint8Array {
  const [header, ...chunks] = readPngChunks(png);
  if (header === undefined) throw new Error("expected a PNG");
  const written = { type: "tEXt", data: Buffer.from(`parameters\0${text}`, "latin1") };
  return writePngChunks([header, written, ...chunks]);
}
