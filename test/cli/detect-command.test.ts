import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runCommand } from "./models/run-command.ts";
import { makeFolderWith } from "./temporary-folder.ts";

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
