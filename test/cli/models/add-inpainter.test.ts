import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createModelLibrary } from "../../../src/detection/weights/model-library.ts";
import { negativeNetwork } from "../../inpainting/providers/local/network/small-network.ts";
import { addingModel } from "../../onnx/small-model.ts";
import { runCommand } from "./run-command.ts";

let home: string;
const before = process.env["MASKLOOM_HOME"];
const file = (name: string) => path.join(home, name);
const library = () => createModelLibrary(file("models"));

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "maskloom-inpainters-"));
  process.env["MASKLOOM_HOME"] = home;
  await writeFile(file("Negative.onnx"), negativeNetwork(64));
  await writeFile(file("adding.onnx"), addingModel(1));
});
afterAll(async () => {
  if (before === undefined) delete process.env["MASKLOOM_HOME"];
  else process.env["MASKLOOM_HOME"] = before;
  await rm(home, { recursive: true });
});

describe("models add --inpainter", () => {
  it("makes an ONNX network a model that lists, verifies, can be named by a workflow, and goes away again", async () => {
    const added = await runCommand("models", "add", file("Negative.onnx"), "--inpainter", "--licence", "MIT");
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^local:negative: added .*of 64 × 64/),
    });
    const { network, capabilities } = await library().findReadyInpainter("negative");
    expect(network).toMatchObject({ size: [64, 64], image: { range: [0, 1] }, output: { range: [0, 255] } });
    expect(capabilities.hard).toMatchObject({ maxSide: 64, multipleOf: 64, aspect: 1 });
    const { inpainters } = JSON.parse((await runCommand("models", "list", "--json")).stdout);
    expect(inpainters.find(({ id }: { id: string }) => id === "local:negative")).toMatchObject({
      state: "ready",
      origin: "added",
    });
    expect(await runCommand("models", "verify", "local:negative")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/pixels repainted/),
    });
    expect(await runCommand("models", "remove", "negative")).toMatchObject({ code: 0 });
    expect((await library().look()).inpainters.map(({ manifest }) => manifest.id)).not.toContain(
      "local:negative",
    );
  });

  it("keeps what was declared", async () => {
    const declared = ["--output-range", "-1,1", "--mask-values", "1,0", "--channels", "bgr"];
    await runCommand("models", "add", file("Negative.onnx"), "--inpainter", "--id", "declared", ...declared);
    const manifest = JSON.parse(await readFile(file("models/added/declared.json"), "utf8"));
    expect(manifest.network).toMatchObject({
      image: { channels: "BGR" },
      mask: { keep: 1, repaint: 0 },
      output: { range: [-1, 1] },
    });
  });

  it("says of a network of another signature what it has instead", async () => {
    const refused = await runCommand("models", "add", file("adding.onnx"), "--inpainter");
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/two inputs, a picture .* its inputs are image float32 \[length\]/);
    expect((await library().look()).broken).toEqual([]);
  });
});
