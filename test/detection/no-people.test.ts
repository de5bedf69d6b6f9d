import { existsSync, readdirSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { packagedSourcesOf, sourcesOf } from "../../models/networks.ts";
import { detectorManifests, findDetector } from "../../models/registry.ts";
import { detect } from "../../src/detection/detect.ts";
import { checkInputs } from "../../src/engine/language/inputs.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { evaluateTemplate } from "../../src/engine/language/template.ts";
import { createInferencePool } from "../../src/onnx/inference-pool.ts";
import { mayBeMissing } from "../may-be-missing.ts";

const FOOD = new URL("../../../shared/photos/negative_food_coco62554.jpg", import.meta.url);
const WORKFLOWS = new URL("../../workflows/", import.meta.url);
const DOCUMENT = new URL("../../docs/workflow-language.md", import.meta.url);
const ASTRONAUT = new URL("../../examples/photos/astronaut.jpg", import.meta.url);

const packaged = new Set(
  detectorManifests
    .filter((manifest) => packagedSourcesOf(manifest).length === sourcesOf(manifest).length)
    .map(({ id }) => id),
);
const pool = createInferencePool({ threads: 1 });
afterAll(() => pool.close());

/** What a step asks of a detector, by its defaults; a fallback is asked with the step's own confidence. */
interface Asked {
  readonly workflow: string;
  readonly model: string;
  readonly confidence: number;
}

function askedBy(text: string, file: string): Asked[] {
  const { document } = parseWorkflow(text, { file });
  const scope = { inputs: checkInputs(document, {}) };
  return document.steps.flatMap((step) => {
    if (step.task !== "imageMasking") return [];
    const { onEmpty, confidence = document.defaults?.confidence ?? 0.25 } = step;
    const fallback = typeof onEmpty === "object" && "fallback" in onEmpty ? [onEmpty.fallback] : [];
    const models = [step.model, fallback].flat().map((name) => findDetector(String(name)).id);
    const least = z.number().parse(evaluateTemplate(confidence, scope));
    return models
      .filter((model) => packaged.has(model))
      .map((model) => ({ workflow: document.name, model, confidence: least }));
  });
}

const shipped = readdirSync(WORKFLOWS).flatMap((file) =>
  askedBy(readFileSync(new URL(file, WORKFLOWS), "utf8"), file),
);
/** The example that falls back on a second detector. */
const documented = readFileSync(DOCUMENT, "utf8")
  .split("```yaml\n")
  .flatMap((part) => part.split("\n```")[0] ?? [])
  .filter((text) => text.startsWith("maskloom: 1") && /fallback: mediapipe/.test(text))
  .flatMap((text) => askedBy(text, "docs/workflow-language.md"));
const asked = [...shipped, ...documented];

const plain = (side: number, background: string) =>
  sharp({ create: { width: side, height: side, channels: 3, background } })
    .png()
    .toBuffer();
const nobody: [string, () => Promise<Buffer>][] = [
  ["a single pixel, red", () => plain(1, "#f00")],
  ["a single pixel, black", () => plain(1, "#000")],
  ["a red area", () => plain(300, "#f00")],
  ["the colour of skin", () => plain(64, "#e0b090")],
  [
    "a wall",
    () =>
      sharp(readFileSync(ASTRONAUT)).extract({ left: 10, top: 10, width: 80, height: 80 }).png().toBuffer(),
  ],
];
const food = (width: number) => sharp(FOOD.pathname).resize({ width }).png().toBuffer();

const findsOf = async (bytes: Uint8Array, { model, confidence }: Asked) =>
  (await detect(bytes, { model, pool, confidence })).detections;

it("every kind of workflow is among those that are asked, and one with a fallback", () => {
  expect(new Set(shipped.map(({ workflow }) => workflow)).size).toBeGreaterThanOrEqual(6);
  expect(documented.some(({ model }) => model === "mediapipe_face_short")).toBe(true);
});

describe.each(nobody)("%s", (_name, make) => {
  it.each(asked)("shows $workflow nobody ($model, $confidence)", async (one) => {
    expect(await findsOf(await make(), one)).toEqual([]);
  });
});

describe.skipIf(mayBeMissing && !existsSync(FOOD))("a bowl of food (../shared/photos)", () => {
  it.each(asked)("shows $workflow nobody ($model, $confidence), at any size and upside down", async (one) => {
    expect(await findsOf(readFileSync(FOOD), one)).toEqual([]);
    // From 1280 pixels on its parts are looked at as well.
    for (const width of [40, 200, 1200, 1300, 3000])
      expect(await findsOf(await food(width), one)).toEqual([]);
    expect(await findsOf(await sharp(FOOD.pathname).rotate(180).png().toBuffer(), one)).toEqual([]);
  });
});
