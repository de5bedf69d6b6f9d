import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faceDetailer } from "../importers/comfyui/graphs.ts";
import { type Installation, installCli, PHOTOS } from "./cli-installation.ts";

/* What ADetailer and the Impact Pack are told, carried out on a photo with the models that come with the package. */

let cli: Installation;
let home: string;

beforeAll(async () => {
  [cli, home] = await Promise.all([installCli(), mkdtemp(path.join(os.tmpdir(), "maskloom-imported-"))]);
});

afterAll(async () => {
  await cli.remove();
  await rm(home, { recursive: true, force: true });
});

const SOURCES = [
  {
    command: "import-adetailer",
    source: [
      true,
      true,
      { ad_model: "mediapipe_face_full", ad_prompt: "a [SEP] b", ad_mask_k: 2, ad_dilate_erode: 8 },
      { ad_model: "mediapipe_face_mesh_eyes_only", ad_mask_merge_invert: "Merge" },
    ],
    steps: ["faces", "detailFaces", "detailFaces", "eyes", "detailEyes"],
  },
  {
    command: "import-comfyui",
    source: faceDetailer(
      { bbox_detector: ["8", 0], guide_size: 128, bbox_crop_factor: 1.5, wildcard: "[ASC] a [SEP] [SKIP]" },
      { "8": { class_type: "MediaPipeFaceMeshDetectorProvider //Inspire", inputs: {} } },
    ),
    steps: ["faces", "detailFaces", "detailFaces"],
  },
] as const;

it.each(SOURCES)(
  "what $command writes details the face of a photo and nothing else",
  async ({ command, source, steps }) => {
    const [from, workflow, out] = [`${command}.json`, `${command}.yaml`, `${command}-out`];
    await writeFile(path.join(home, from), JSON.stringify(source));
    const written = await cli.run(["workflows", command, from, "-o", workflow], { home });
    expect(written, written.stderr).toMatchObject({ code: 0 });
    const photo = path.join(PHOTOS, "astronaut.jpg");
    const done = await cli.run(["run", `./${workflow}`, photo, "--out", out, "--format", "png", "--json"], {
      home,
    });
    expect(done, done.stderr).toMatchObject({ code: 0 });
    const [run] = JSON.parse(done.stdout).runs;
    expect(run).toMatchObject({ status: "succeeded", pixelsChangedOutside: 0 });
    expect(run.pixelsChangedInside).toBeGreaterThan(1000);
    expect(run.tasks.map((task: { step: string }) => task.step)).toEqual(steps);
  },
);
