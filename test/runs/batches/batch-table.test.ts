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

const common = { image: "00000000-0000-4000-8000-000000000000" };
const [typed, fromMac] = ["caf\u00e9.jpg", "cafe\u0301.jpg"];

/** What the pictures get, and for how many rows there is none. */
function applied(csv: string, files: readonly string[]) {
  const table = readBatchTable(csv, workflow, common);
  const { items, unmatched } = applyTable(table, files.map(item), workflow, common);
  return { words: items.map(({ inputs }) => inputs?.["words"]), unmatched: unmatched.length };
}

describe("the table of a batch", () => {
  it.each([
    [typed, fromMac],
    [fromMac, typed],
  ])("gives a picture the values of its row, however its name is written: %s, %s", (named, there) => {
    const files = [there, `sub/other${there}`, "none.jpg"];
    expect(applied(`file,words\n${named},one\nother${named},two\n`, files)).toEqual({
      words: ["one", "two", undefined],
      unmatched: 0,
    });
  });

  it("gives a row to none of two pictures with its name in different code points", () => {
    const none = { words: [undefined, undefined], unmatched: 1 };
    expect(applied(`file,words\n${typed},one\n`, [typed, fromMac])).toEqual(none);
    expect(applied(`file,words\n${typed},one\n`, [`a/${typed}`, `b/${fromMac}`])).toEqual(none);
  });

  it("is refused where two rows are about one picture, by its name and by its base name", () => {
    const tables = ["file,words\nsub/a.jpg,one\na.jpg,two\n", "file,words\na.jpg,one\nsub/a.jpg,two\n"];
    const refusals = [
      "a.jpg stands in line 2 already, as sub/a.jpg",
      "sub/a.jpg stands in line 2 already, as a.jpg",
    ];
    for (const [at, csv] of tables.entries()) {
      expect(() => applied(csv, ["sub/a.jpg"])).toThrow(`table:3: ${refusals[at]}`);
      expect(applied(csv, ["sub/a.jpg", "a.jpg"]).unmatched).toBe(0);
    }
  });

  it.each(["file,words\n", "url,file,words\n"])("is refused where it names a picture twice: %j", (head) => {
    const line = (name: string) => `${head.startsWith("url") ? `https://there/${name},` : ""}${name},one\n`;
    const table = head + line(typed) + line(fromMac);
    expect(() => readBatchTable(table, workflow, common)).toThrow(
      `table:3: ${fromMac} stands in line 2 already, its accents written in other code points, as on a Mac`,
    );
  });
});
