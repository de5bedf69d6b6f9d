import { expect, it } from "vitest";
import { ArtifactUUID, newRunUUID } from "../../../src/contracts/ids.ts";
import { parseWorkflow } from "../../../src/engine/language/parse-workflow.ts";
import { applyMasks } from "../../../src/runs/batches/batch-masks.ts";
import type { FolderReader } from "../../../src/runs/batches/folder-reader.ts";

const { document: workflow } = parseWorkflow(
  `maskloom: 1
name: own
inputs: { image: { type: image }, mask: { type: mask } }
steps:
  - { id: fill, task: imageInference, seedImage: "\${inputs.image}", maskImage: "\${inputs.mask}", model: "local:fill" }
output: \${steps.fill.image}
`,
  { file: "own.yaml" },
);
const image = ArtifactUUID.parse("00000000-0000-4000-8000-000000000001");

/** A folder of masks with one file. */
const folderOf = (name: string) =>
  ({
    check: async (folder: string) => folder,
    async *walk() {
      yield { kind: "picture", name, path: `/masks/${name}` };
    },
  }) as unknown as FolderReader;

const [typed, fromMac] = ["caf\u00e9", "cafe\u0301"];

it.each([
  [typed, fromMac],
  [fromMac, typed],
])("finds a picture's mask whose name is written in other code points: %s, %s", async (picture, mask) => {
  const items = [{ file: `${picture}.jpg`, runUUID: newRunUUID(), source: { path: `/in/${picture}.jpg` } }];
  const [inFolder] = await applyMasks({ mask: "/masks" }, items, workflow, folderOf(`${mask}.png`));
  expect(inFolder?.inputs).toEqual({ mask: { path: `/masks/${mask}.png` } });
  const list = { mask: [{ file: `${mask}.jpg`, image }] };
  const [inList] = await applyMasks(list, items, workflow, folderOf("none.png"));
  expect(inList?.inputs).toEqual({ mask: image });
});
