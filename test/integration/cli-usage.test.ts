import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { DetectResult } from "../../src/contracts/detection.ts";
import { type CliResult, type Installation, installCli, PHOTOS } from "./cli-installation.ts";

/* Commands that need no database, as a user gives them. */

let installation: Installation;
let home: string;

beforeAll(async () => {
  installation = await installCli();
  home = await mkdtemp(path.join(os.tmpdir(), "maskloom-cli-"));
});

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
  await installation.remove();
});

const maskloom = (...args: string[]): Promise<CliResult> => installation.run(args, { home });

const ASTRONAUT = path.join(PHOTOS, "astronaut.jpg");
const HOPPER = path.join(PHOTOS, "grace_hopper.jpg");

describe("bad usage ends with exit code 2, says what was meant, and leaves stdout empty", () => {
  const wrong: readonly [what: string, args: string[], expected: RegExp][] = [
    ["no command", [], /Usage: maskloom/],
    ["an unknown command", ["detcet"], /unknown command 'detcet'[\s\S]*Did you mean detect/],
    ["an unknown option", ["detect", ASTRONAUT, "--jsn"], /unknown option '--jsn'[\s\S]*--json/],
    ["a missing argument", ["detect"], /missing required argument 'image'/],
    ["a number out of range", ["detect", ASTRONAUT, "-c", "3"], /Expected a number from 0 to 1/],
    [
      "an unknown model",
      ["detect", ASTRONAUT, "-m", "mediapipe_face_ful"],
      /MODEL_UNKNOWN.*mediapipe_face_full/,
    ],
    ["tiling of another kind", ["detect", ASTRONAUT, "--tiling", "on"], /Expected one of auto, off/],
    [
      "a folder without images",
      ["detect", path.join(PHOTOS, "..", "..", "workflows")],
      /INPUT_MISSING.*other extensions/,
    ],
    ["no place for the mask", ["mask", ASTRONAUT], /-o <file.png>.*--out <dir>/],
    ["-o for two images", ["mask", ASTRONAUT, HOPPER, "-o", "m.png"], /expected one image, got 2; use --out/],
    ["-o that is no PNG", ["mask", ASTRONAUT, "-o", "m.jpg"], /ends in \.png/],
    [
      "masks among the photos",
      ["mask", PHOTOS, "--out", PHOTOS],
      /is both the input and the place for results/,
    ],
    [
      "an unknown workflow",
      ["workflows", "show", "face-detial"],
      /WORKFLOW_UNKNOWN.*Did you mean face-detail/,
    ],
    ["run without --out", ["run", "face-detail", PHOTOS], /--out: expected a folder for the results/],
    ["an option that is nearly --out", ["run", "face-detail", PHOTOS, "--ot", "o"], /Did you mean --out/],
    [
      "an unknown input",
      ["run", "face-detail", PHOTOS, "--out", "o", "--set", "strenght=1"],
      /Did you mean strength/,
    ],
    [
      "a value out of range",
      ["run", "face-detail", PHOTOS, "--out", "o", "--set", "strength=2"],
      /from 0 to 1/,
    ],
    [
      "a table without file",
      ["run", "face-detail", PHOTOS, "--out", "o", "--inputs", "t.csv"],
      /column named file, got name/,
    ],
    [
      "results onto the pictures",
      ["run", "face-detail", PHOTOS, "--out", PHOTOS],
      /is both the input and the place/,
    ],
  ];

  it.each(wrong)("%s", async (_what, args, expected) => {
    await writeFile(path.join(home, "t.csv"), "name,strength\na.jpg,1\n");
    const { code, stdout, stderr } = await maskloom(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(expected);
    expect(await readdir(home)).not.toContain("postgres");
  });

  it.each([
    [["detcet"]],
    [["detect", ASTRONAUT, "--jsn"]],
    [["detect"]],
    [["mask", ASTRONAUT, "--padding", "x"]],
    [["runs", "lst"]],
  ])("as a line with a code, like every other error: %j", async (args) => {
    expect((await maskloom(...args)).stderr).toMatch(/^error INPUT_INVALID: \S/);
  });
});

describe("detect", () => {
  it("prints one JSON array that keeps the contract, in the order of the arguments", async () => {
    const { code, stdout, stderr } = await maskloom("detect", HOPPER, ASTRONAUT, "--json");
    const results = z.array(DetectResult).parse(JSON.parse(stdout));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(results.map(({ file, width, height }) => ({ file, width, height }))).toEqual([
      { file: HOPPER, width: 512, height: 600 },
      { file: ASTRONAUT, width: 512, height: 512 },
    ]);
    for (const { detections } of results) expect(detections).toHaveLength(1);
  });

  it("goes on after a file that is no image, says which on stderr, and ends with 1", async () => {
    const broken = path.join(home, "broken.png");
    await writeFile(broken, "not an image");
    const { code, stdout, stderr } = await maskloom("detect", broken, "nix.jpg", ASTRONAUT, "--json");
    expect(code).toBe(1);
    expect(
      z
        .array(DetectResult)
        .parse(JSON.parse(stdout))
        .map(({ file }) => file),
    ).toEqual([ASTRONAUT]);
    expect(stderr).toMatch(/IMAGE_UNREADABLE: .*broken\.png/);
    expect(stderr).toMatch(/INPUT_MISSING: nix\.jpg/);
  });

  it("draws the finds into a PNG of the picture's size", async () => {
    const drawing = path.join(home, "seen", "faces.png");
    const { code } = await maskloom("detect", ASTRONAUT, "--draw", drawing);
    expect(code).toBe(0);
    const [before, after] = await Promise.all([pixelsOf(ASTRONAUT), pixelsOf(drawing)]);
    expect(after.length).toBe(before.length);
    expect(after.equals(before)).toBe(false);
  });
});

describe("mask", () => {
  it("writes an 8-bit grey PNG of the picture's size, white in the face and black at the corners", async () => {
    const file = path.join(home, "mask.png");
    expect((await maskloom("mask", ASTRONAUT, "-o", file)).code).toBe(0);
    const { width, height, channels, depth, format } = await sharp(file).metadata();
    expect({ width, height, channels, depth, format }).toEqual({
      width: 512,
      height: 512,
      channels: 1,
      depth: "uchar",
      format: "png",
    });
    const pixels = await sharp(file).toColourspace("b-w").raw().toBuffer();
    expect(pixels[120 * 512 + 225]).toBe(255);
    expect([pixels[0], pixels[511], pixels.at(-1)]).toEqual([0, 0, 0]);
  });

  it("keeps folders and never lets two inputs share one mask", async () => {
    const photos = path.join(home, "photos");
    const masks = path.join(home, "masks");
    await mkdir(path.join(photos, "sub"), { recursive: true });
    await copyFile(ASTRONAUT, path.join(photos, "a.jpg"));
    await sharp(HOPPER).png().toFile(path.join(photos, "a.png"));
    await copyFile(HOPPER, path.join(photos, "sub", "b.jpeg"));
    expect((await maskloom("mask", photos, "--out", masks)).code).toBe(0);
    const written = await readdir(masks, { recursive: true });
    expect(written.sort()).toEqual(["a.jpg.png", "a.png.png", "sub", path.join("sub", "b.png")]);
    expect((await sharp(path.join(masks, "a.png.png")).metadata()).height).toBe(600);
  });
});

describe("workflows and models", () => {
  it("finds the fault of a workflow file with line and column, and ends with 1", async () => {
    await writeFile(
      path.join(home, "my.yaml"),
      'maskloom: 1\nname: my\ninputs:\n  image: { type: image }\nsteps:\n  - { id: a, task: imageMasking, inputImage: "${inputs.imag}", model: mediapipe_face_full }\noutput: ${inputs.image}\n',
    );
    const { code, stderr } = await maskloom("workflows", "validate", "my.yaml", "face-detail");
    expect(code).toBe(1);
    expect(stderr).toMatch(/my\.yaml:6:\d+ .*imag/);
  });

  it("tells of unknown models beside all other faults", async () => {
    await writeFile(
      path.join(home, "faulty.yaml"),
      'maskloom: 1\nname: my\ninputs:\n  image: { type: image }\nsteps:\n  - { id: a, task: imageMasking, inputImage: "${inputs.imag}", model: mediapipe_face_ful }\n  - { id: b, task: imageMasking, inputImage: "${inputs.image}", model: [mediapipe_face_full, nobody] }\noutput: ${inputs.image}\n',
    );
    const { code, stderr } = await maskloom("workflows", "validate", "faulty.yaml");
    expect(code).toBe(1);
    expect(stderr.match(/faulty\.yaml:\d+:\d+ +\S+/g)).toEqual([
      expect.stringMatching(/:6:\d+ +steps\[0\]\.inputImage:/),
      expect.stringMatching(/:6:\d+ +steps\[0\]\.model:/),
    ]);
    expect(stderr).toContain("Did you mean mediapipe_face_full?");
  });

  it("finds no fault in what it ships", async () => {
    const { stdout } = await maskloom("workflows", "list", "--json");
    const names = z
      .array(z.object({ name: z.string() }))
      .parse(JSON.parse(stdout))
      .map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["anonymize-faces", "auto-mask-inpaint", "face-detail"]));
    expect((await maskloom("workflows", "validate", ...names)).code).toBe(0);
  });

  it("lists the models that run here", async () => {
    const { code, stdout } = await maskloom("models", "list");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /mediapipe_face_full[\s\S]*mediapipe_face_short[\s\S]*local:esrgan-detail[\s\S]*local:fill/,
    );
  });
});

describe("run --dry-run", () => {
  it("says what would be done, detects, draws contact sheets, and starts nothing", async () => {
    const out = path.join(home, "dry");
    const args = ["run", "face-detail", PHOTOS, "--out", out, "--format", "png", "--dry-run"];
    const { code, stdout } = await maskloom(...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/astronaut\.jpg {2}512x512 {2}faces 1 {2}-> astronaut\.png/);
    expect((await readdir(out)).sort()).toEqual(["maskloom-dry-run", "maskloom-dry-run.json"]);
    const sheet = await sharp(path.join(out, "maskloom-dry-run", "sheet-1.png")).metadata();
    expect([sheet.format, sheet.channels]).toEqual(["png", 3]);
    const list = JSON.parse(await readFile(path.join(out, "maskloom-dry-run.json"), "utf8"));
    expect(list.runs).toMatchObject([
      { file: "astronaut.jpg", sheet: "maskloom-dry-run/sheet-1.png", finds: [{ step: "faces" }] },
      {
        file: "grace_hopper.jpg",
        finds: [{ model: "mediapipe_face_full", detections: [{ label: "face" }] }],
      },
    ]);
    expect(await readdir(home)).not.toContain("postgres");
  });

  it("says how many would fail, and ends with 1", async () => {
    const broken = path.join(home, "broken.png");
    await writeFile(broken, "no picture");
    const out = path.join(home, "dry-broken");
    const { code, stdout } = await maskloom("run", "face-detail", broken, "--out", out, "--dry-run");
    expect([code, stdout]).toEqual([1, expect.stringContaining("1 of them would fail")]);
  });
});

async function pixelsOf(file: string): Promise<Buffer> {
  return sharp(file).removeAlpha().toColourspace("srgb").raw().toBuffer();
}
