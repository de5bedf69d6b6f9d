import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { ArtifactUUID } from "../../src/contracts/ids.ts";
import type { InpainterManifest } from "../../src/contracts/manifest.ts";
import { ImageInferenceResult } from "../../src/contracts/tasks.ts";
import { MaskloomError } from "../../src/errors.ts";
import type { Inpainter } from "../../src/inpainting/inpainter.ts";
import type { NewCrop } from "../../src/store/task-crops.ts";
import { imageInference } from "../../workers/tasks/image-inference.ts";
import { maskOf, softImage } from "../image/rasters.ts";
import { capabilities } from "../inpainting/zoom-cases.ts";
import { errorOf } from "../onnx/run-model.ts";
import { TaskBench } from "./task-bench.ts";

type KeptCrop = Omit<NewCrop, "taskUUID" | "attempt">;

const manifest: InpainterManifest = {
  kind: "inpainter",
  id: "test:seeded",
  provider: "local",
  description: "",
  capabilities: capabilities({}, { soft: ["seed", "strength"] }),
  sources: [],
  licence: "",
};
/** Fills with its seed. */
const seeded: Inpainter = {
  manifest,
  inpaint: async ({ image, parameters: { seed = 0 } }) => ({
    image: { ...image, data: new Float32Array(image.data.length).fill(seed % 256) },
    seed,
  }),
};

/** A bench with two regions to paint, and what is kept of them. */
async function openBench(inpainter: Inpainter, isDetailed = true) {
  const bench = new TaskBench();
  bench.add(inpainter);
  const crops: KeptCrop[] = [];
  const said: string[] = [];
  const left: Promise<void>[] = [];
  bench.record = {
    isDetailed,
    info: (message) => void said.push(message),
    warn: (message) => void said.push(`warning: ${message}`),
    failure: () => undefined,
    addCrop: async (crop) => void crops.push(crop),
    leave: (writing) => void left.push(writing),
  };
  const size = { width: 400, height: 200 };
  const seedImage = await bench.put(softImage(size, 3, 8));
  const isWithin = (x: number, from: number) => x >= from && x < from + 40;
  const mask = maskOf(size, (x, y) => (y > 80 && y < 120 && (isWithin(x, 40) || isWithin(x, 300)) ? 255 : 0));
  const input = {
    seedImage,
    maskImage: await bench.putMask(mask),
    model: manifest.id,
    maskMargin: 16,
    seed: 40,
  };
  const paint = (more: object = {}, signal?: AbortSignal) =>
    bench.execute("imageInference", imageInference, { ...input, ...more }, signal);
  return { bench, crops, said, left, paint };
}

const byRegion = (one: KeptCrop, other: KeptCrop) =>
  one.candidate - other.candidate || one.region - other.region || one.tries - other.tries;

describe("crops that are recorded", () => {
  it("are each region's picture and mask as they were sent, and what came back", async () => {
    const { bench, crops, said, paint } = await openBench(seeded);
    const { output } = await paint();
    const { quality } = ImageInferenceResult.parse(output);
    expect(crops.sort(byRegion).map(({ region, tries, candidate }) => [region, tries, candidate])).toEqual([
      [0, 1, 0],
      [1, 1, 0],
    ]);
    for (const crop of crops) {
      expect(crop).toMatchObject({ seed: 40, turned: 0, error: null, callUUID: null, cost: null });
      expect(crop.box).toEqual(quality.regions[crop.region]?.crop);
      const see = async (uuid: string | null) => (await bench.see(ArtifactUUID.parse(uuid))).image;
      const [sent, mask, received] = await Promise.all([see(crop.sent), see(crop.mask), see(crop.received)]);
      for (const { width, height } of [sent, mask, received])
        expect([width, height]).toEqual([crop.width, crop.height]);
      expect(new Set(received.data)).toEqual(new Set([40]));
      expect(new Set(sent.data).size).toBeGreaterThan(5);
      expect(mask.data.includes(255) && mask.data.includes(0)).toBe(true);
    }
    expect(said.filter((line) => line.includes("came back"))).toHaveLength(2);
  });

  it("are there while somebody waits for what comes back, and are told of then", async () => {
    const seen: (number | null)[] = [];
    let bench: Awaited<ReturnType<typeof openBench>> | null = null;
    const slow: Inpainter = {
      ...seeded,
      async inpaint(request, ...more) {
        const own = () =>
          bench?.said.filter((line) => line.startsWith(`region ${request.region + 1} is on its way`));
        await vi.waitFor(() => expect(own()).toHaveLength(1), { timeout: 20_000 });
        seen.push(request.region);
        return seeded.inpaint(request, ...more);
      },
    };
    bench = await openBench(slow);
    await bench.paint();
    expect(seen.sort()).toEqual([0, 1]);
    for (const region of [0, 1]) {
      const [sent, back, ...more] = bench.crops.filter((crop) => crop.region === region);
      expect([sent?.ms, sent?.received, back?.sent, more]).toEqual([null, null, sent?.sent, []]);
      expect([typeof back?.ms, back?.received]).toEqual(["number", expect.any(String)]);
    }
  });

  it("change nothing of the result", async () => {
    const recorded = await openBench(seeded);
    const plain = await openBench(seeded, false);
    const results = [];
    for (const { bench, paint } of [recorded, plain]) {
      const { image, quality, seed } = ImageInferenceResult.parse((await paint({ candidates: 2 })).output);
      results.push({ quality, seed, pixels: (await bench.see(image)).image.data });
    }
    expect(results[0]).toEqual(results[1]);
    expect(plain.crops).toEqual([]);
    expect(recorded.crops.map(({ candidate, seed }) => [candidate, seed]).sort()).toEqual([
      [0, 40],
      [0, 40],
      [1, 41],
      [1, 41],
    ]);
  });

  it("are kept of every try that a quality gate asked for", async () => {
    const { crops, paint } = await openBench(seeded);
    await paint({ accept: { colorShift: "< 0", otherwise: "reroll", times: 2 } });
    const tries = crops.sort(byRegion).map(({ region, tries: number }) => [region, number]);
    expect(tries).toEqual([0, 1].flatMap((region) => [1, 2, 3].map((number) => [region, number])));
    expect(new Set(crops.map(({ seed }) => seed)).size).toBe(3);
  });

  it("say what went wrong where nothing came back", async () => {
    const broken: Inpainter = {
      ...seeded,
      inpaint: () => Promise.reject(new MaskloomError("PROVIDER_FAILED", "it is on fire")),
    };
    const { crops, paint } = await openBench(broken);
    expect(await errorOf(() => paint())).toMatchObject({ code: "PROVIDER_FAILED" });
    expect(crops[0]).toMatchObject({
      received: null,
      error: { code: "PROVIDER_FAILED", message: "it is on fire" },
    });
    expect(crops[0]?.sent).not.toBeNull();
  });

  it("hold up nobody once the attempt is told to stop, and are written all the same", async () => {
    const leaving = new AbortController();
    const stopped: Inpainter = {
      ...seeded,
      inpaint: () => {
        leaving.abort("cancelled");
        return Promise.reject(new MaskloomError("CANCELLED", "nobody waits"));
      },
    };
    const { bench, crops, left, paint } = await openBench(stopped);
    const { save } = bench.artifacts;
    let freeShelf: () => void = () => undefined;
    const shelfIsFree = new Promise<void>((resolve) => {
      freeShelf = resolve;
    });
    Object.assign(bench.artifacts, {
      save: async (...saved: Parameters<typeof save>) => {
        await shelfIsFree;
        return save(...saved);
      },
    });
    expect(await errorOf(() => paint({}, leaving.signal))).toMatchObject({ code: "CANCELLED" });
    expect(crops).toEqual([]);
    freeShelf();
    await Promise.all(left);
    expect(crops).toMatchObject([{ region: 0, error: { code: "CANCELLED" } }]);
  });

  it("do not fail what they are of where they cannot be kept", async () => {
    const { bench, said, paint } = await openBench(seeded);
    bench.record = { ...bench.record, addCrop: () => Promise.reject(new Error("no room")) };
    const { kind } = await paint();
    expect(kind).toBe("succeeded");
    expect(said).toContain("warning: region 1: its crop could not be kept");
  });

  it("leave no failure that nobody hears of, which would end the worker, where none of their pictures can be kept", async () => {
    const { bench, said, paint } = await openBench(seeded);
    const save = bench.artifacts.save.bind(bench.artifacts);
    vi.spyOn(bench.artifacts, "save").mockImplementation((bytes, facts) =>
      facts.width === 400 ? save(bytes, facts) : Promise.reject(new Error("the database is shutting down")),
    );
    const unheard: unknown[] = [];
    const listen = (reason: unknown) => void unheard.push(reason);
    process.on("unhandledRejection", listen);
    const { kind } = await paint();
    await setImmediate();
    process.off("unhandledRejection", listen);
    expect([kind, unheard]).toEqual(["succeeded", []]);
    expect(said).toContain("warning: region 1: its crop could not be kept");
  });
});
