import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openObjectStore } from "../../src/artifacts/open-object-store.ts";
import { openPictureFiles } from "../../src/cli/picture-files.ts";
import { readSidecar } from "../../src/cli/run/sidecars.ts";
import { Workflow } from "../../src/contracts/workflow.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { makeFolderWith } from "./temporary-folder.ts";

const { authored } = parseWorkflow(
  `maskloom: 1
name: own
inputs:
  image: { type: image }
  prompt: { type: text, default: a face }
  strength: { type: number, default: 0.4 }
  seed: { type: text, default: none }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_full }
output: \${steps.faces.image}
`,
  { file: "own.yaml" },
);
const workflow = Workflow.parse(authored);
const onDisk = openPictureFiles(openObjectStore({ endpoint: undefined, region: "nowhere" }), 1_000_000);

async function sidecarOf(files: Readonly<Record<string, string | Buffer>>, picture = "a.png") {
  const here = await makeFolderWith();
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(here, name), content);
  return readSidecar(onDisk, workflow, { path: path.join(here, picture) });
}

const refusal = (message: RegExp) =>
  expect.objectContaining({ code: "INPUT_INVALID", message: expect.stringMatching(message) });

describe("a sidecar", () => {
  it("is none where nothing stands beside the picture", async () => {
    expect(await sidecarOf({ "b.json": "{}" })).toBeNull();
  });

  it("of JSON sets inputs, fields of meta, and what has the name of both", async () => {
    const text = JSON.stringify({ prompt: "a fox", strength: 0.2, model: "dir/fox.safetensors", steps: 12 });
    expect(await sidecarOf({ "a.json": text })).toEqual({
      values: { prompt: "a fox", strength: 0.2 },
      said: { prompt: "a fox", strength: 0.2, model: "fox", steps: 12 },
      warnings: [],
    });
  });

  it("with null takes away what the file carries", async () => {
    expect((await sidecarOf({ "a.json": '{ "negativePrompt": null }' }))?.said).toEqual({
      negativePrompt: null,
    });
  });

  it("may set an input whose type is not that of the field of meta", async () => {
    expect(await sidecarOf({ "a.json": '{ "seed": "of doubt" }' })).toMatchObject({
      values: { seed: "of doubt" },
      said: {},
    });
  });

  it("with a field that nobody knows says so, and what was probably meant", async () => {
    expect((await sidecarOf({ "a.json": '{ "strenght": 0.2 }' }))?.warnings).toEqual([
      "a.json: strenght is neither an input of the workflow nor something that a picture carries; it was left out. Did you mean strength?",
    ]);
  });

  it("of text is a prompt", async () => {
    expect(await sidecarOf({ "a.txt": "\uFEFFa fox,\nin snow\n" })).toEqual({
      values: { prompt: "a fox,\nin snow" },
      said: { prompt: "a fox,\nin snow" },
      warnings: [],
    });
  });

  it("of text may begin like JSON and be a prompt all the same", async () => {
    expect((await sidecarOf({ "a.txt": "{fox|hare} in snow" }))?.said).toEqual({
      prompt: "{fox|hare} in snow",
    });
  });

  it("of text may be an infotext, whose prompt alone sets inputs", async () => {
    const text = "a fox\nNegative prompt: fog\nSteps: 20, Sampler: Euler a, Seed: 7, Denoising strength: 0.9";
    expect(await sidecarOf({ "a.txt": text })).toEqual({
      values: { prompt: "a fox" },
      said: { prompt: "a fox", negativePrompt: "fog", steps: 20, sampler: "Euler a", seed: 7, strength: 0.9 },
      warnings: [],
    });
  });

  it("of the whole name goes before that of the stem, and JSON before text", async () => {
    const files = {
      "a.json": '{ "prompt": "stem" }',
      "a.png.json": '{ "prompt": "whole" }',
      "a.txt": "text\nNegative prompt: fog",
    };
    expect((await sidecarOf(files))?.said).toEqual({ prompt: "whole", negativePrompt: "fog" });
    expect((await sidecarOf(files, "a.jpg"))?.said).toEqual({ prompt: "stem", negativePrompt: "fog" });
  });

  it.each([
    [
      "is not JSON",
      { "a.json": "{ prompt: 1 }" },
      /^a\.json: expected JSON: .*; mend it, remove it, or run with --no-sidecars$/,
    ],
    ["is a list", { "a.json": "[1]" }, /^a\.json: expected a JSON object/],
    ["is no text", { "a.txt": Buffer.from([0xff, 0xfe, 0x41]) }, /^a\.txt: expected UTF-8/],
    [
      "is huge",
      { "a.txt": "x".repeat(1024 * 1024 + 1) },
      /^a\.txt: expected at most 1048576 bytes, got 1048577/,
    ],
    ["has a number for a text", { "a.json": '{ "model": 3 }' }, /^a\.json: model: expected a text, got 3/],
    [
      "has a text for a number",
      { "a.json": '{ "steps": "many" }' },
      /^a\.json: steps: expected a whole number from 0, got "many"/,
    ],
    [
      "has too long a prompt",
      { "a.json": JSON.stringify({ negativePrompt: "x".repeat(10_001) }) },
      /^a\.json: negativePrompt: expected a text of at most 10000/,
    ],
  ])("that %s is refused", async (_what, files, message) => {
    await expect(sidecarOf(files)).rejects.toThrow(refusal(message));
  });
});
