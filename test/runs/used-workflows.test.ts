import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { packagedModels } from "../../src/detection/weights/model-library.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { prepareWorkflow } from "../../src/runs/prepare-workflow.ts";
import { finderFor, readTree } from "../../src/runs/used-workflows.ts";
import { loadWorkflow } from "../../src/runs/workflow-files.ts";
import { makeFolderWith } from "../cli/temporary-folder.ts";

const using = (name: string, workflow: string): string => `maskloom: 1
name: ${name}
inputs: { image: { type: image } }
steps:
  - { id: inner, task: use, workflow: ${workflow}, inputs: { image: "\${inputs.image}" } }
output: \${steps.inner.image}
`;

const BLUR = `maskloom: 1
name: blur
inputs: { image: { type: image } }
steps:
  - { id: all, task: imageInference, model: "local:fill", seedImage: "\${inputs.image}", settings: { mode: blur } }
output: \${steps.all.image}
`;

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await makeFolderWith(...Object.keys(files));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

const prepareFile = async (file: string) =>
  prepareWorkflow(await loadWorkflow(file), packagedModels, finderFor(file));
const stepsIn = async (file: string) => (await prepareFile(file)).workflow.steps.map(({ id }) => id);

describe("a workflow that uses another one", () => {
  it("finds a shipped one by its name", async () => {
    const folder = await folderWith({ "my.yaml": using("my", "face-detail") });
    expect(await stepsIn(path.join(folder, "my.yaml"))).toEqual(["inner_faces", "inner_detail"]);
  });

  it("finds one beside it by name, before a shipped one, and any by its path from the file that says it", async () => {
    const folder = await folderWith({
      "a/my.yaml": using("my", "face-detail"),
      "a/face-detail.yaml": using("face-detail", "../b/blur.yaml"),
      "b/blur.yaml": BLUR,
    });
    expect(await stepsIn(path.join(folder, "a/my.yaml"))).toEqual(["inner_inner_all"]);
  });

  it("is refused where it ends up using itself, with the way there", async () => {
    const folder = await folderWith({ "a.yaml": using("a", "b"), "b.yaml": using("b", "./a.yaml") });
    const file = path.join(folder, "a.yaml");
    await expect(prepareFile(file)).rejects.toMatchObject({
      code: "WORKFLOW_INVALID",
      message: expect.stringMatching(
        /b\.yaml:5:39 steps\[0\]\.workflow: a workflow uses itself: .*a\.yaml -> .*b\.yaml -> .*a\.yaml\.$/,
      ),
    });
  });

  it("is refused beyond eight levels", async () => {
    const names = Array.from({ length: 10 }, (_, at) => `w${at}`);
    const files = names.map((name, at) => [`${name}.yaml`, at === 9 ? BLUR : using(name, `w${at + 1}`)]);
    const folder = await folderWith(Object.fromEntries(files));
    await expect(prepareFile(path.join(folder, "w0.yaml"))).rejects.toThrow(
      /at most 8 workflows within each other/,
    );
    expect(await stepsIn(path.join(folder, "w1.yaml"))).toHaveLength(1);
  });

  it("says where it names one that does not exist, or that is itself wrong", async () => {
    const folder = await folderWith({
      "my.yaml": using("my", "face-detial"),
      "wrong.yaml": using("wrong", "broken"),
      "broken.yaml": BLUR.replace("seedImage", "seedImge"),
    });
    await expect(prepareFile(path.join(folder, "my.yaml"))).rejects.toThrow(
      /my\.yaml:5:39 steps\[0\]\.workflow: workflow "face-detial": .*Did you mean face-detail\?/,
    );
    await expect(prepareFile(path.join(folder, "wrong.yaml"))).rejects.toThrow(
      /wrong\.yaml:5:39 steps\[0\]\.workflow: .*broken\.yaml:5:\d+ +steps\[0\]\.seedImage: missing/s,
    );
  });

  it("reads no file where it comes from a request", async () => {
    const parsed = parseWorkflow(using("asked", "./secret.yaml"), { file: "workflow" });
    await expect(prepareWorkflow(parsed, packagedModels)).rejects.toMatchObject({ code: "WORKFLOW_UNKNOWN" });
    await expect(readTree(parsed, finderFor("face-detail"))).rejects.toMatchObject({
      code: "WORKFLOW_UNKNOWN",
    });
  });
});
