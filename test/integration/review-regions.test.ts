import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type ArtifactUUID, newRunUUID, type OwnerUUID, type RunUUID } from "../../src/contracts/ids.ts";
import type { DecideReview } from "../../src/contracts/review.ts";
import { decodeImage, encodeImage, encodeMask } from "../../src/image/codec.ts";
import { blankMask, type Image } from "../../src/image/raster.ts";
import type { Actor } from "../../src/runs/actions/actor.ts";
import { decide } from "../../src/runs/review/decide.ts";
import { listDecisions } from "../../src/store/decision-list.ts";
import type { LeasedTask } from "../../src/store/leases.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { listReviews } from "../../src/store/review-list.ts";
import { prepareExample } from "../engine/two-steps.ts";
import { type EngineHost, openEngineHost, PATIENCE } from "./engine-host.ts";

const me: Actor = { owner: LOCAL_OWNER, via: "cli", key: null };
const [WIDTH, HEIGHT] = [12, 6];
const BOXES = [
  [1, 1, 4, 4],
  [7, 1, 10, 4],
] as const;

const example = prepareExample(`
maskloom: 1
name: by-region
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, model: some, inputImage: "\${inputs.image}" }
  - { id: detail, task: imageInference, model: some, seedImage: "\${steps.faces.image}", maskImage: "\${steps.faces.maskImage}" }
  - { id: look, task: review, show: "\${steps.detail.image}" }
output: "\${steps.look.image}"
`);

describe("decisions about regions of real pictures", () => {
  let host: EngineHost;
  let seen: LeasedTask[] = [];
  let levels: number[] = [];
  beforeAll(async () => {
    host = await openEngineHost();
  });
  afterEach(async () => {
    await host.rest();
    seen = [];
    expect(host.errors).toEqual([]);
  });
  afterAll(() => host.stop());

  const save = async (bytes: Uint8Array, kind: "image" | "mask") => {
    const made = { owner: LOCAL_OWNER, kind, mediaType: "image/png", width: WIDTH, height: HEIGHT };
    return (await host.services.artifacts.save(bytes, made)).uuid;
  };
  const grey = (level: number) =>
    ({
      width: WIDTH,
      height: HEIGHT,
      channels: 1 as const,
      depth: 8 as const,
      data: new Uint8Array(WIDTH * HEIGHT).fill(level),
    }) satisfies Image;
  const maskOf = (boxes: readonly (readonly number[])[]) => {
    const mask = blankMask(grey(0));
    for (const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] of boxes)
      for (let y = y0; y < y1; y++) mask.data.fill(255, y * WIDTH + x0, y * WIDTH + x1);
    return mask;
  };
  /** Levels in the middle of each region, and outside of both. */
  const levelsOf = async (uuid: string) => {
    const { content } = await host.services.artifacts.load(LOCAL_OWNER, uuid as ArtifactUUID);
    const { data } = (await decodeImage(content)).image;
    return [data[2 * WIDTH + 2], data[2 * WIDTH + 8], data[0]];
  };
  /** A step that paints all of its mask with the next level. */
  const work = async () => {
    const before = await save(await encodeImage(grey(10), { format: "png" }), "image");
    const mask = await save(await encodeMask(maskOf(BOXES)), "mask");
    await host.work(async (task, signal) => {
      seen.push(task);
      const done = await host.answer(task, signal);
      const { output } = done.result as { output: object };
      if (task.step === "faces")
        return { ...done, result: { ...done.result, output: { ...output, image: before, maskImage: mask } } };
      const { seedImage, maskImage } = task.input as Record<string, ArtifactUUID>;
      const load = async (uuid = before) =>
        (await decodeImage((await host.services.artifacts.load(LOCAL_OWNER, uuid)).content)).image;
      const [seed, through] = [await load(seedImage), await load(maskImage)];
      const level = levels.shift() ?? 0;
      const data = Uint8Array.from(seed.data, (old, at) => ((through.data[at] ?? 0) > 0 ? level : old));
      const image = await save(await encodeImage({ ...grey(0), data }, { format: "png" }), "image");
      const regions = BOXES.filter(([x0, y0]) => (through.data[y0 * WIDTH + x0] ?? 0) > 0).map((box) => ({
        box,
        crop: box,
        scale: 1,
        status: "inpainted",
        seam: 1,
        colorShiftBefore: null,
        colorShiftAfter: null,
        sharpnessGain: null,
      }));
      const quality = { regions, pixelsChangedOutside: 0, pixelsChangedInside: 1 };
      return { ...done, result: { ...done.result, output: { ...output, image, quality } } };
    });
  };
  const asked = async (round: number, runUUID: RunUUID) =>
    vi.waitFor(async () => {
      const { reviews } = await listReviews(host.services.store.db, LOCAL_OWNER, { limit: 9 });
      const review = reviews.find((one) => one.runUUID === runUUID && one.round === round);
      if (review === undefined) throw new Error("nothing is asked yet");
      return review;
    }, PATIENCE);
  const begin = async () => {
    await work();
    const { batchUUID, runs } = await host.submit(1, example);
    const runUUID = runs[0] ?? newRunUUID();
    const review = await asked(1, runUUID);
    const say = (given: DecideReview) =>
      decide(host.services, me, review.taskUUID, given, new AbortController().signal);
    return { batchUUID, runUUID, review, say };
  };

  it("accepts one and has the other as it was, sample by sample", async () => {
    levels = [200];
    const { batchUUID, runUUID, review, say } = await begin();
    expect(review.regions).toHaveLength(2);
    await expect(say({ decision: "accept", keepRegions: [3], round: 1 })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    await say({ decision: "accept", keepRegions: [2], round: 1 });
    await host.untilEnded(batchUUID);
    expect(await levelsOf((await host.read(runUUID)).output ?? "")).toEqual([200, 10, 10]);
    await say({ decision: "accept", keepRegions: [2], round: 1 }); // sent once more
    await expect(say({ decision: "accept", keepRegions: [1], round: 1 })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    const query = { run: runUUID, offset: 0, limit: 9 };
    const { decisions } = await listDecisions(host.services.store.db, LOCAL_OWNER, query);
    expect(decisions).toMatchObject([
      { decision: "accept", keepRegions: [2], shown: review.show[0], via: "cli", key: null, file: "0.png" },
    ]);
    const stranger = randomUUID() as string as OwnerUUID;
    expect((await listDecisions(host.services.store.db, stranger, query)).total).toBe(0);
  });

  it("makes one again and leaves the other as it is shown; what was shown before can be taken after all", async () => {
    levels = [200, 120];
    const { batchUUID, runUUID, review, say } = await begin();
    await say({ decision: "reroll", regions: [2], round: 1 });
    const second = await asked(2, runUUID);
    expect(await levelsOf(second.show[0] ?? "")).toEqual([200, 120, 10]);
    expect(second.regions.map(({ box }) => box)).toEqual([BOXES[1]]);
    expect(second).toMatchObject({ candidates: review.show, original: review.original });
    await say({ decision: "accept", image: review.show[0], round: 2 });
    await host.untilEnded(batchUUID);
    expect((await host.read(runUUID)).output).toBe(review.show[0]);
  });

  it("keeps one, makes the other again through a drawn mask, and takes out of it what it repaints elsewhere", async () => {
    levels = [200, 120];
    const { batchUUID, runUUID, say } = await begin();
    const drawn = await save(await encodeMask(maskOf([[0, 0, WIDTH, HEIGHT]])), "mask");
    await say({ decision: "editMask", maskImage: drawn, regions: [2], round: 1 });
    const second = await asked(2, runUUID);
    expect(await levelsOf(second.show[0] ?? "")).toEqual([200, 120, 120]);
    await say({ decision: "keepOriginal", round: 2 });
    await host.untilEnded(batchUUID);
    expect(await levelsOf((await host.read(runUUID)).output ?? "")).toEqual([10, 10, 10]);
  });
});
