import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { Workflow } from "../../src/contracts/workflow.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { inspectImage } from "../../src/image/inspect-image.ts";
import { describePicture, metaIdentity } from "../../src/runs/picture-meta.ts";

const FOLDER = path.join(import.meta.dirname, "..", "fixtures", "generation");

async function metaOf(file: string, said = {}) {
  const bytes = await readFile(path.join(FOLDER, file));
  return describePicture(bytes, inspectImage(bytes), `some/folder/${file}`, said);
}

describe("what a picture carries", () => {
  it("is its size, name and folder where it carries nothing", async () => {
    expect(await metaOf("plain.png")).toEqual({
      width: 16,
      height: 12,
      name: "plain",
      folder: "some/folder",
    });
  });

  it("has the size of the upright picture, and the orientation as stored", async () => {
    expect(await metaOf("camera.jpg")).toMatchObject({ width: 12, height: 16, exif: { orientation: 6 } });
  });

  it("is what is said of it elsewhere before what its file says, and not at all where that is null", async () => {
    const meta = await metaOf("swarmui.png", { prompt: "another", seed: null });
    expect(meta).toMatchObject({ prompt: "another", negativePrompt: "dog", generator: "swarmui" });
    expect(meta).not.toHaveProperty("seed");
  });
});

describe("the identity of a run", () => {
  const workflow = (prompt: string, defaults = "") =>
    Workflow.parse(
      parseWorkflow(
        `maskloom: 1
name: own
${defaults}
inputs:
  image: { type: image }
steps:
  - id: hide
    task: imageInference
    model: local:fill
    seedImage: \${inputs.image}
    positivePrompt: "${prompt}"
output: \${steps.hide.image}
`,
        { file: "own.yaml" },
      ).authored,
    );

  it("has nothing to do with name and sidecar where the workflow cannot see them", () => {
    expect(metaIdentity(workflow("a face"), "a/b.png", { prompt: "x" })).toBeNull();
  });

  it("has both where a step, or the defaults of all steps, look at them", () => {
    const identity = { prompt: "x", name: "b", folder: "a" };
    const own = workflow("$" + "{inputs.image.meta . folder ?? 'a face'}");
    expect(metaIdentity(own, "a/b.png", { prompt: "x" })).toEqual(identity);
    const whole = workflow("$" + "{inputs.image.meta}");
    expect(metaIdentity(whole, "a/b.png", { prompt: "x" })).toEqual(identity);
    const inherited = workflow("a face", 'defaults: { negativePrompt: "$' + '{inputs.image.meta.name}" }');
    expect(metaIdentity(inherited, "a/b.png", { prompt: "x" })).toEqual(identity);
  });
  it("has no place where only other fields are looked at, so that copies of a picture are the same work", () => {
    const own = workflow("$" + "{inputs.image.meta.prompt ?? inputs.image.meta.notes}");
    expect(metaIdentity(own, "a/b.png", { prompt: "x" })).toEqual({ prompt: "x" });
    expect(metaIdentity(own, "a/b.png")).toEqual(metaIdentity(own, "other/name.png"));
  });
});
