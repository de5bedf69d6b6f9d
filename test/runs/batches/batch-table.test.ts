import { describe, expect, it } from "vitest";
import { newRunUUID } from "../../../src/contracts/ids.ts";
import { parseWorkflow } from "../../../src/engine/language/parse-workflow.ts";
import { applyTable, readBatchTable } from "../../../src/runs/batches/batch-table.ts";

const { document: workflow } = parseWorkflow(
  `maskloom: 1
name: own
inputs: { image: { type: image }, words: { type: text, default: none } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_full }
output: \${steps.faces.maskImage}
`,
  { file: "own.yaml" },
);

const item = (file: string) => ({ file, runUUID: newRunUUID(), source: { path: `/photos/${file}` } });

describe("the table of a batch", () => {
  it("gives a picture the values of its row, however its name is written in code points", () => {
    const common = { image: "00000000-0000-4000-8000-000000000000" };
    const table = readBatchTable("file,words\ncaf\u00e9.jpg,one\nother\u00e9.jpg,two\n", workflow, common);
    const files = ["cafe\u0301.jpg", "sub/othere\u0301.jpg", "none.jpg"];
    const { items, unmatched } = applyTable(table, files.map(item), workflow, common);
    expect(items.map(({ inputs }) => inputs)).toEqual([{ words: "one" }, { words: "two" }, undefined]);
    expect(unmatched).toEqual([]);
  });
});
