import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { detectorManifests } from "../../../models/registry.ts";
import { runCommand } from "./run-command.ts";

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/pytorch/${name}`, import.meta.url));
const PHOTO = fileURLToPath(new URL("../../../examples/photos/astronaut.jpg", import.meta.url));

let home: string;
let models: string;
const before = process.env["MASKLOOM_HOME"];

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "maskloom-models-"));
});
beforeEach(async () => {
  models = path.join(home, "models");
  await rm(models, { recursive: true, force: true });
  process.env["MASKLOOM_HOME"] = home;
});
afterAll(async () => {
  if (before === undefined) delete process.env["MASKLOOM_HOME"];
  else process.env["MASKLOOM_HOME"] = before;
  await rm(home, { recursive: true });
});

/** Everything in the folder of added models, and whatever an attempt may have left beside it. */
async function leftovers(): Promise<string[]> {
  const added = await readdir(path.join(models, "added")).catch(() => []);
  const beside = await readdir(models).catch(() => []);
  return [
    ...added.filter((name) => !name.startsWith(".maskloom")),
    ...beside.filter((name) => name.startsWith(".")),
  ];
}

describe("models add", () => {
  it("makes a checkpoint a model that lists, verifies, detects and goes away again", async () => {
    const added = await runCommand(
      "models",
      "add",
      fixture("yolov8-segment.pt"),
      "--id",
      "Riders",
      "--licence",
      "MIT",
    );
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^riders: added .*Boxes and masks of person/),
    });
    expect(await leftovers()).toEqual(["riders.json", "riders.pt"]);

    const listed = await runCommand("models", "list", "--json");
    const { detectors } = JSON.parse(listed.stdout);
    expect(detectors.find((model: { id: string }) => model.id === "riders")).toMatchObject({
      origin: "added",
      state: "ready",
      licence: "MIT",
      shape: "segmentation",
    });

    expect(await runCommand("models", "verify", "riders")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ok +riders/),
    });

    const detected = await runCommand("detect", PHOTO, "--model", "riders", "--json");
    expect(detected.code).toBe(0);
    expect(JSON.parse(detected.stdout)[0].model).toBe("riders");

    expect(await runCommand("models", "remove", "riders")).toMatchObject({
      code: 0,
      stdout: "riders: removed\n",
    });
    expect(await leftovers()).toEqual([]);
    expect((await readdir(models)).filter((name) => name.endsWith(".onnx"))).toEqual([]);
    expect((await runCommand("detect", PHOTO, "--model", "riders")).stderr).toMatch(/MODEL_UNKNOWN/);
  });

  it("takes the file's name, and labels in place of those in the file", async () => {
    const file = path.join(home, "My cats & dogs.pt");
    await copyFile(fixture("yolov8-detect-fused.pt"), file);
    const added = await runCommand("models", "add", file, "--labels", "cat", "dog", "bird");
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^my-cats-dogs: added .*Boxes of cat, dog, bird/),
    });
    expect(added.stderr).toMatch(/licence is not recorded/);
    expect(existsSync(file)).toBe(true);
  });

  it("says of the same file that it is here, of another one that the name is taken", async () => {
    await runCommand("models", "add", fixture("yolov8-detect.pt"), "--id", "faces");
    expect(await runCommand("models", "add", fixture("yolov8-detect.pt"), "--id", "faces")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/is here already/),
    });
    expect(await runCommand("models", "add", fixture("yolo11-detect.pt"), "--id", "faces")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/CONFLICT: --id faces: .*maskloom models remove faces/),
    });
  });

  it.each(["mediapipe_face_full", "runware:35@1", "yolov8n-face"])(
    "keeps shipped names for shipped models: %s",
    async (id) => {
      const { code, stderr } = await runCommand("models", "add", fixture("yolov8-detect.pt"), "--id", id);
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/CONFLICT|INPUT_INVALID/);
      expect(await leftovers()).toEqual([]);
    },
  );

  it.each([
    ["no model at all", Buffer.from("just a text"), [], /MODEL_UNREADABLE: .*in no known format/],
    ["a web page", Buffer.from("<!doctype html>"), [], /a web page in place of the file/],
    ["an empty file", Buffer.alloc(0), [], /an empty file/],
    ["a broken ONNX file", Buffer.from([8, 8, 0x3a, 0xff]), [], /MODEL_UNREADABLE/],
  ])("refuses %s, and leaves nothing behind", async (_, content, options, message) => {
    const file = path.join(home, "broken.pt");
    await writeFile(file, content);
    expect(await runCommand("models", "add", file, ...options)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(message),
    });
    expect(await leftovers()).toEqual([]);
  });

  it("refuses a number of labels that is not the network's, and leaves nothing behind", async () => {
    const { code, stderr } = await runCommand(
      "models",
      "add",
      fixture("yolov8-detect.pt"),
      "--labels",
      "a",
      "b",
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/expected 1 labels.*got 2/);
    expect(await leftovers()).toEqual([]);
  });

  it.each(["/dev/zero", "."])("does not read what is no file: %s", async (file) => {
    expect(await runCommand("models", "add", file)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/INPUT_INVALID: .*expected a model file, got a folder or a device/),
    });
  });

  it("names a file that is not there", async () => {
    expect(await runCommand("models", "add", "nowhere.onnx")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/INPUT_MISSING: nowhere\.onnx/),
    });
  });
});

describe("models verify", () => {
  it("finds a byte that has changed, and says how it is mended", async () => {
    await runCommand("models", "add", fixture("yolov8-detect.pt"), "--id", "faces");
    const file = path.join(models, "added", "faces.pt");
    const bytes = await readFile(file);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await writeFile(file, bytes);
    expect(await runCommand("models", "verify", "faces")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^failed +faces +MODEL_UNREADABLE: .*remove the model and add it again/),
    });
    const { stdout } = await runCommand("models", "list", "--json");
    const faces = JSON.parse(stdout).detectors.find((model: { id: string }) => model.id === "faces");
    expect(faces).toMatchObject({ state: "damaged", fact: expect.stringContaining(file) });
  });

  it("counts a model that was not pulled as a fault only where it was named", async () => {
    const named = await runCommand("models", "verify", "face_yolov8n", "mediapipe_face_short", "--json");
    expect(named.code).toBe(1);
    expect(JSON.parse(named.stdout).map(({ status }: { status: string }) => status)).toEqual([
      "absent",
      "ok",
    ]);
  });
});

describe("models list", () => {
  it("has every shipped detector with size, state, shapes and licence", async () => {
    const { code, stdout } = await runCommand("models", "list");
    expect(code).toBe(0);
    for (const { id, licence } of detectorManifests) {
      const line = stdout.split("\n").find((text) => text.trim().startsWith(`${id} `)) ?? "";
      expect(line).toMatch(/ (ready|not pulled) /);
      expect(line).toMatch(/\d (KiB|MiB) /);
      expect(line.endsWith(licence)).toBe(true);
    }
  });
});

describe("models", () => {
  it.each([
    ["models", "verfy", /unknown command 'verfy' of models\. Did you mean verify\? There are list, pull, /],
    ["workflows", "frobnicate", /unknown command 'frobnicate' of workflows\. There are list, show, schema, /],
    ["keys", "creat", /unknown command 'creat' of keys\. Did you mean create\? There are create, list, /],
  ])("and its like name their commands: %s %s", async (group, command, message) => {
    expect(await runCommand(group, command)).toMatchObject({ code: 2, stdout: "" });
    expect((await runCommand(group, command)).stderr).toMatch(message);
  });
});

describe("models remove", () => {
  it.each([
    ["mediapipe_face_full", /npm packages.*cannot be removed/],
    ["face_yolov8n", /not pulled: there is nothing to remove/],
    ["no-such-model", /MODEL_UNKNOWN/],
  ])("refuses %s", async (name, message) => {
    expect(await runCommand("models", "remove", name)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(message),
    });
  });
});

describe("models inspect", () => {
  it("shows inputs, outputs, operators and metadata of a checkpoint as it is converted", async () => {
    const { code, stdout } = await runCommand("models", "inspect", fixture("yolov8-segment.pt"));
    expect(code).toBe(0);
    for (const word of [
      "images",
      "[1, 3, height, width]",
      "output1",
      "Conv",
      "segment",
      "pytorch, as converted to onnx",
    ]) {
      expect(stdout).toContain(word);
    }
  });
});

describe("models bench", () => {
  it("measures every part, and throughput with one and two threads", async () => {
    const { code, stdout } = await runCommand(
      "models",
      "bench",
      "mediapipe_face_short",
      "--rounds",
      "2",
      "--json",
    );
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    for (const value of [...Object.values(result.medianMs), ...Object.values(result.imagesPerSecond)]) {
      expect(value).toBeGreaterThan(0);
    }
    expect(Object.keys(result.medianMs)).toEqual(["decode", "preprocess", "inference", "postprocess"]);
  });
});
