import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import type { ArtifactUUID } from "../../src/contracts/ids.ts";
import { CompositeResult, ImageInferenceResult, ResizeResult } from "../../src/contracts/tasks.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { evaluateTemplate } from "../../src/engine/language/template.ts";
import { plainImage } from "../../src/engine/scope.ts";
import { enlargeImage } from "../../src/image/enlarge-image.ts";
import type { Image } from "../../src/image/raster.ts";
import type { Inpainter } from "../../src/inpainting/inpainter.ts";
import { composite } from "../../workers/tasks/composite.ts";
import { imageInference } from "../../workers/tasks/image-inference.ts";
import { resize } from "../../workers/tasks/resize.ts";
import { maskOf } from "../image/rasters.ts";
import { capabilities } from "../inpainting/zoom-cases.ts";
import { TaskBench } from "../workers/task-bench.ts";

const { document } = parseWorkflow(
  readFileSync(new URL("../../workflows/portrait-full.yaml", import.meta.url), "utf8"),
  { file: "workflows/portrait-full.yaml" },
);

/** Restores by making everything ten levels brighter, at any size. */
const brighter: Inpainter = {
  manifest: {
    kind: "inpainter",
    id: "local:brighter",
    provider: "local",
    description: "",
    capabilities: capabilities({ answerScales: [1, 2] }),
    sources: [],
    licence: "",
  },
  inpaint: async ({ image, outputScale }) => {
    const { width, height, channels } = image;
    const larger = enlargeImage(
      { width, height, channels, depth: 8, data: Uint8Array.from(image.data) },
      outputScale,
    );
    const data = Float32Array.from(larger.data, (level) => level + 10);
    return { image: { width: larger.width, height: larger.height, channels, data } };
  },
};

const grey = (width: number, height: number, level: (x: number) => number): Image => ({
  width,
  height,
  channels: 3,
  depth: 8,
  data: Uint8Array.from({ length: width * height * 3 }, (_, at) => level(Math.floor(at / 3) % width)),
});

/* The picture is grey, its left half is a face that the passes before made white, and a hand lies across the middle. */
it.each([1, 2])("keeps the new face where a hand lies on it, at %s times the size", async (scale) => {
  const bench = new TaskBench();
  bench.add(brighter);
  const [width, height] = [96, 80];
  const image = await bench.put(grey(width, height, () => 100));
  const detailed = await bench.put(
    grey(width * scale, height * scale, (x) => (x < (width / 2) * scale ? 200 : 100)),
  );
  const hand = await bench.putMask(
    maskOf({ width: width * scale, height: height * scale }, (x, y) =>
      Math.abs(x / scale - 48) < 30 && Math.abs(y / scale - 40) < 20 ? 255 : 0,
    ),
  );
  const made: Record<string, unknown> = {
    eyes: { image: detailed, status: "succeeded" },
    hands: { maskImage: hand, count: 1, status: "succeeded" },
  };
  const scope = () => ({
    inputs: { image: { uuid: image, meta: { width, height } }, scale },
    steps: made,
  });
  const parametersOf = (id: string, ...fields: string[]) => {
    const step = z.looseObject({}).parse(document.steps.find((one) => one.id === id));
    const all = fields.map((field) => [
      field,
      plainImage(evaluateTemplate(z.json().parse(step[field]), scope())),
    ]);
    return Object.fromEntries(all);
  };
  const first = await bench.execute(
    "resize",
    resize,
    parametersOf("made", "image", "width", "height", "fit"),
  );
  made["made"] = ResizeResult.parse(first.output);
  const given = parametersOf("detailHands", "seedImage", "maskImage", "maskMargin", "outputScale");
  const hands = await bench.execute("imageInference", imageInference, { ...given, model: "local:brighter" });
  made["detailHands"] = ImageInferenceResult.parse(hands.output);
  const all = await bench.execute("composite", composite, parametersOf("all", "base", "over", "mask"));
  const result = await levels(bench, CompositeResult.parse(all.output).image, scale);
  expect(result(30, 40)).toBe(210); // face and hand: the new face, restored once more
  expect(result(70, 40)).toBe(110); // hand alone
  expect(result(30, 5)).toBe(200); // face alone
  expect(result(90, 5)).toBe(100);
});

async function levels(bench: TaskBench, uuid: ArtifactUUID, scale: number) {
  const { image } = await bench.see(uuid);
  return (x: number, y: number) => image.data[(y * scale * image.width + x * scale) * 3];
}
