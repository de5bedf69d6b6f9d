import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { YoloPipeline } from "../../../src/contracts/manifest.ts";
import type { Finder } from "../../../src/detection/finder.ts";
import type { RgbPixels } from "../../../src/detection/sampling/letterbox.ts";
import { createYoloPipeline } from "../../../src/detection/yolo/yolo-pipeline.ts";
import type { Found } from "../../../src/image/detection-shape.ts";
import { createInferencePool } from "../../../src/onnx/inference-pool.ts";
import { encodeGraph } from "../../../src/onnx/writer/encode-graph.ts";
import { createGraphBuilder } from "../../../src/onnx/writer/graph-builder.ts";
import { errorOf } from "../../onnx/run-model.ts";
import { makeSpotNetwork, SPOT, SPOT_BOX } from "./spot-network.ts";
import { BLUE, drawSpots, enlarge, mirror, pad, RED, type Spot } from "./spot-picture.ts";

const pool = createInferencePool({ threads: 1 });
afterAll(() => pool.close());

function load(weights: Uint8Array, pipeline: Partial<YoloPipeline> = {}): Promise<Finder> {
  const sha256 = createHash("sha256").update(weights).digest("hex");
  const source = { added: "spots.onnx", sha256, bytes: weights.length };
  return createYoloPipeline(
    { id: "spots", detects: "spot" },
    { kind: "yolo", source, ...pipeline },
    { pool, readWeights: async () => weights },
  );
}

const names = "{0: 'red', 1: 'green', 2: 'blue'}";
const finder = await load(makeSpotNetwork({ segments: true, metadata: { names, task: "segment" } }));

async function find(picture: RgbPixels, confidence = 0.6, by = finder): Promise<readonly Found[]> {
  return (await by.find(picture, { confidence, signal: undefined })).detections;
}

/** A picture of any shape with one spot that is as large in the input as the network likes it, and not at the edge. */
const scene = fc
  .record({
    width: fc.integer({ min: 60, max: 190 }),
    height: fc.integer({ min: 60, max: 190 }),
    across: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
    down: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
  })
  .map(({ width, height, across, down }) => {
    const scale = Math.max(width, height) / 64;
    const side = Math.round(SPOT * scale);
    const spot: Spot = {
      x: Math.round(across * (width - side)),
      y: Math.round(down * (height - side)),
      side,
      color: RED,
    };
    return { width, height, scale, spot };
  });

const draw = ({ width, height, spot }: { width: number; height: number; spot: Spot }): RgbPixels =>
  drawSpots(width, height, [spot]);

/** The largest distance of two boxes' edges. */
function distance(a: readonly number[] = [], b: readonly number[] = []): number {
  return Math.max(...a.map((value, at) => Math.abs(value - (b[at] ?? Number.NaN))));
}

/** A picture of nothing in particular. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

const RUNS = { numRuns: 40 };

describe("a YOLO pipeline", () => {
  it("finds a spot where it is, in a picture of any size", async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (drawn) => {
        const { spot, scale } = drawn;
        const pixels = draw(drawn);
        const [found, ...others] = await find(pixels);
        expect(others).toEqual([]);
        const half = (SPOT_BOX * scale) / 2;
        const [x, y] = [spot.x + spot.side / 2, spot.y + spot.side / 2];
        expect(distance(found?.box, [x - half, y - half, x + half, y + half])).toBeLessThan(scale);
      }),
      RUNS,
    );
  });

  it("finds the mirrored spot in the mirrored picture", async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (drawn) => {
        const { scale } = drawn;
        const pixels = draw(drawn);
        const [[found], [mirrored]] = [await find(pixels), await find(mirror(pixels))];
        const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = mirrored?.box ?? [];
        const back = [pixels.width - x1, y0, pixels.width - x0, y1];
        expect(distance(found?.box, back)).toBeLessThan(scale);
      }),
      RUNS,
    );
  });

  it("moves the box with the padding around the picture", async () => {
    await fc.assert(
      fc.asyncProperty(scene, fc.nat(4), fc.nat(4), async (drawn, left, top) => {
        const { scale } = drawn;
        const pixels = draw(drawn);
        const [[found], [moved]] = [await find(pixels), await find(pad(pixels, left, top))];
        const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = moved?.box ?? [];
        // The box is as large in the input as before, and the input sees a larger picture.
        const tolerance = scale + (SPOT_BOX * 4) / 64;
        expect(distance(found?.box, [x0 - left, y0 - top, x1 - left, y1 - top])).toBeLessThan(tolerance);
      }),
      RUNS,
    );
  });

  it("scales the box with the picture", async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (drawn) => {
        const { scale } = drawn;
        const pixels = draw(drawn);
        const [[found], [scaled]] = [await find(pixels), await find(enlarge(pixels, 2))];
        expect(
          distance(
            found?.box,
            scaled?.box.map((value) => value / 2),
          ),
        ).toBeLessThan(scale);
      }),
      { numRuns: 20 },
    );
  });

  it("finds fewer with more confidence, and always within the picture", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(fc.double({ min: 0, max: 1 })), async (seed, at) => {
        const data = noise(90 * 70 * 3, seed);
        const noisy = { width: 90, height: 70, data };
        let before = Number.POSITIVE_INFINITY;
        for (const confidence of [0, ...at].filter(Number.isFinite).sort((a, b) => a - b)) {
          const finds = await find(noisy, confidence);
          expect(finds.length).toBeLessThanOrEqual(before);
          before = finds.length;
          for (const { box, score } of finds) {
            expect(score).toBeGreaterThan(confidence);
            expect(Math.min(...box)).toBeGreaterThanOrEqual(0);
            expect(box[2]).toBeLessThanOrEqual(90);
            expect(box[3]).toBeLessThanOrEqual(70);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it("names each find as the network does, best first", async () => {
    const spots: Spot[] = [
      { x: 8, y: 8, side: 8, color: [200, 0, 0] },
      { x: 40, y: 44, side: 8, color: BLUE },
    ];
    const finds = await find(drawSpots(64, 64, spots), 0.3);
    expect(finds.map(({ label }) => label)).toEqual(["blue", "red"]);
  });

  it("gives a segmentation of the spot's pixels, and its outline", async () => {
    const spots: Spot[] = [{ x: 32, y: 96, side: 32, color: RED }];
    const [found] = await find(drawSpots(256, 192, spots));
    const shape = found?.segmentation;
    if (shape?.kind !== "patch") throw new Error("expected a patch");
    const { box, data } = shape;
    let wrong = 0;
    for (const [at, level] of data.entries()) {
      const x = box.x0 + (at % (box.x1 - box.x0));
      const y = box.y0 + Math.floor(at / (box.x1 - box.x0));
      if ((level === 255) !== (x >= 32 && x < 64 && y >= 96 && y < 128)) wrong += 1;
    }
    // Prototypes have one value for 16 × 16 pixels of this picture: corners are rounded off.
    expect(wrong).toBeLessThan(32 * 32 * 0.25);
    expect(found?.polygon?.length).toBeGreaterThan(3);
    const [xs, ys] = [found?.polygon?.map(([x]) => x) ?? [], found?.polygon?.map(([, y]) => y) ?? []];
    expect(
      distance([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], [32, 96, 64, 128]),
    ).toBeLessThan(5);
  });

  it("sees the same in an input of dynamic sides, with less around the picture", async () => {
    const dynamic = await load(
      makeSpotNetwork({
        side: "dynamic",
        segments: true,
        metadata: { names, task: "segment", stride: "8", imgsz: "[64, 64]" },
      }),
    );
    await fc.assert(
      fc.asyncProperty(scene, async (drawn) => {
        const { scale } = drawn;
        const pixels = draw(drawn);
        const [[found], [same]] = [await find(pixels), await find(pixels, 0.6, dynamic)];
        expect(distance(found?.box, same?.box)).toBeLessThan(scale);
        expect(same?.segmentation?.kind).toBe("patch");
      }),
      { numRuns: 20 },
    );
  });

  it("takes labels in place of the network's own, and calls nameless classes by number", async () => {
    const picture = drawSpots(64, 64, [{ x: 20, y: 20, side: 8, color: BLUE }]);
    const renamed = await load(makeSpotNetwork({ metadata: { names } }), { labels: ["a", "b", "c"] });
    expect((await find(picture, 0.6, renamed))[0]?.label).toBe("c");
    const nameless = await load(makeSpotNetwork());
    expect((await find(picture, 0.6, nameless))[0]?.label).toBe("class2");
  });

  it("gives the same finds to any number of callers at once", async () => {
    const pixels = drawSpots(100, 80, [{ x: 30, y: 30, side: 12, color: RED }]);
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => find(pixels)));
    expect(first).toHaveLength(1);
    for (const other of others) expect(other).toEqual(first);
  });

  it("stops when cancelled", async () => {
    const run = finder.find(drawSpots(64, 64, []), { confidence: 0.5, signal: AbortSignal.abort() });
    expect(await errorOf(() => run)).toMatchObject({ code: "CANCELLED" });
  });

  it("refuses weights that are no ONNX file", async () => {
    const error = await errorOf(() => load(Buffer.from("not a network at all")));
    expect(error).toMatchObject({
      code: "MODEL_UNREADABLE",
      message: expect.stringContaining("model spots"),
    });
  });

  it("says what to do about an operator that the runtime does not have", async () => {
    // The runtime pools no doubles, which the format allows.
    const graph = createGraphBuilder("doubles");
    const image = graph.input("images", "float32", [1, 3, 64, 64]);
    const doubles = graph.node("Cast", [image], { to: { int: 11 } });
    const pooled = graph.node("AveragePool", [doubles], { kernel_shape: { ints: [1, 1] } });
    const largest = graph.node("Cast", [pooled], { to: { int: 1 } });
    const rows = graph.node("Reshape", [largest, graph.ints("shape", [1, 6, -1])]);
    graph.output("output0", rows, "float32", [1, 6, 2048]);
    const broken = await load(encodeGraph(graph.build()));
    const error = await errorOf(() => find(drawSpots(64, 64, []), 0.5, broken));
    expect(error).toMatchObject({
      code: "MODEL_UNREADABLE",
      message: expect.stringMatching(
        /model spots: .*operator AveragePool it cannot run; export it again in single/,
      ),
    });
  });

  it("refuses names of another number than there are classes", async () => {
    const network = makeSpotNetwork({ side: "dynamic", metadata: { names: "{0: 'a'}" } });
    const error = await errorOf(() => load(network));
    expect(error).toMatchObject({
      code: "MODEL_UNREADABLE",
      message: expect.stringContaining("expected 3 labels"),
    });
  });

  it.each([
    ["yolov8-detect", false],
    ["yolo11-segment-leaky", true],
  ])("runs the checkpoint %s as it comes, in inputs that fit the picture", async (name, segments) => {
    const checkpoint = readFileSync(new URL(`../../fixtures/pytorch/${name}.pt`, import.meta.url));
    const untrained = await load(checkpoint);
    const finds = await find(drawSpots(120, 50, [{ x: 20, y: 20, side: 16, color: RED }]), 0, untrained);
    expect(finds.length).toBeGreaterThan(0);
    for (const { box, segmentation } of finds) {
      expect(box[2]).toBeLessThanOrEqual(120);
      expect(box[3]).toBeLessThanOrEqual(50);
      expect(segmentation !== undefined).toBe(segments);
    }
  });
});
