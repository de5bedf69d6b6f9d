import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it, vi } from "vitest";
import { runCommand } from "./models/run-command.ts";
import { makeFolderWith } from "./temporary-folder.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const PHOTO = fileURLToPath(new URL("../../examples/photos/astronaut.jpg", import.meta.url));

it.each([
  ["mediapipe_face_full", "hull", /shape: expected box or ellipse, which is what mediapipe_face_full gives/],
  ["mediapipe_hand", "segmentation", /expected hull or box or ellipse, .* got segmentation/],
])("a shape that %s does not give is refused, whatever the picture shows", async (model, shape, message) => {
  const out = path.join(await makeFolderWith(), "mask.png");
  expect(await runCommand("mask", PHOTO, "-m", model, "--shape", shape, "-o", out)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(message),
  });
  expect(existsSync(out)).toBe(false);
});

it("a drawing under the name of another format is refused, and no folder is called so", async () => {
  const drawing = path.join(await makeFolderWith(), "seen.jpg");
  expect(await runCommand("detect", PHOTO, "--draw", drawing)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--draw .*seen\.jpg: expected a name that ends in \.png/),
  });
  expect(existsSync(drawing)).toBe(false);
});

it.each([[["detect", "nope.jpg", "--json"]], [["mask", "nope.jpg", "-o", "mask.png"]]])(
  "where nothing that was named is there, the command is refused: %j",
  async (args) => {
    expect(await runCommand(...args)).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(
        /^error INPUT_MISSING: nope\.jpg: expected a file, folder or glob[^\n]*\n$/,
      ),
    });
  },
);

it("a model that is not here ends the command before it has begun", async () => {
  vi.stubEnv("MASKLOOM_HOME", await makeFolderWith());
  expect(await runCommand("detect", PHOTO, "-m", "face_yolov8n")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/MODEL_UNAVAILABLE: .*models pull face_yolov8n/),
  });
});

it.each([
  [["detect", "nope.jpg", "--provider", "runwar"]],
  [["mask", PHOTO, "-o", "mask.png", "--provider", "runwar"]],
])("a provider that there is not is refused before anything is looked for or begun: %j", async (args) => {
  const home = await makeFolderWith();
  vi.stubEnv("MASKLOOM_HOME", home);
  expect(await runCommand(...args)).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(
      /^error PROVIDER_UNAVAILABLE: provider: expected a configured provider \(local\), got runwar\. Did you mean runware\?/,
    ),
  });
  expect(await readdir(home)).toEqual([]);
});

it("a picture that ends too early is said to be damaged, by its name, and the others are looked at", async () => {
  const whole = await readFile(PHOTO);
  const folder = await makeFolderWith();
  await writeFile(path.join(folder, "cut.jpg"), whole.subarray(0, whole.length / 2));
  await writeFile(path.join(folder, "whole.jpg"), whole);
  expect(await runCommand("detect", folder)).toEqual({
    code: 1,
    stdout: expect.stringMatching(/whole\.jpg {2}512x512 {2}1 find/),
    stderr: expect.stringMatching(
      /^error IMAGE_UNREADABLE: \S*cut\.jpg: the image is damaged or truncated: [^\n]*\n$/,
    ),
  });
});

it("an inpainter is not looked for among the detectors", async () => {
  expect(await runCommand("detect", PHOTO, "-m", "local:lama")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/"local:lama": this is an inpainter, which repaints; expected a detector/),
  });
});

it.each(["docs", "./docs"])("a folder in the place of a workflow is told as one: %s", async (folder) => {
  vi.stubEnv("MASKLOOM_HOME", await makeFolderWith());
  for (const args of [
    ["workflows", "validate", folder],
    ["run", folder, PHOTO, "--out", "o"],
  ]) {
    const { code, stderr } = await runCommand(...args);
    expect(stderr).toMatch(/INPUT_INVALID: workflow .*docs: expected the name .*, this is a folder/);
    expect(code).toBe(args[0] === "run" ? 2 : 1);
  }
});
