import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readInputsTable } from "../../src/cli/run/read-inputs-table.ts";
import { MaskloomError } from "../../src/errors.ts";
import { makeFolderWith } from "./temporary-folder.ts";

async function tableOf(text: string | Buffer): Promise<string> {
  const file = path.join(await makeFolderWith(), "table.csv");
  await writeFile(file, text);
  return file;
}

/** S3, with one object. */
const files = {
  async read(address: string) {
    if (address === "s3://shots/2024/table.csv") return Buffer.from("\uFEFFfile,strength\na.jpg,0.5\n");
    throw new MaskloomError("INPUT_MISSING", `${address}: there is none`);
  },
};

describe("a table of inputs", () => {
  it("is read with quotes, a byte order mark and empty cells left out", async () => {
    const file = await tableOf(
      '\uFEFFfile,prompt,strength\r\na.jpg,"red, ""big"" hat",\r\n\r\nb.jpg,,0.5\r\n',
    );
    expect(await readInputsTable(file, files)).toEqual([
      { line: 2, file: "a.jpg", values: { prompt: 'red, "big" hat' } },
      { line: 4, file: "b.jpg", values: { strength: "0.5" } },
    ]);
  });

  it("may have semicolons, as spreadsheets of half of Europe write them", async () => {
    const file = await tableOf("file;strength\na.jpg;0.5\n");
    expect(await readInputsTable(file, files)).toEqual([
      { line: 2, file: "a.jpg", values: { strength: "0.5" } },
    ]);
  });

  it("may have tabs, as cells that were copied from a spreadsheet do", async () => {
    const file = await tableOf("file\tprompt\na.jpg\tred; big, hat\n");
    expect(await readInputsTable(file, files)).toEqual([
      { line: 2, file: "a.jpg", values: { prompt: "red; big, hat" } },
    ]);
  });

  const latin1 = Buffer.from("file;prompt\na.jpg;hat\nb.jpg;gr\u00fcn\n", "latin1");
  const utf16 = Buffer.from("\ufefffile,prompt\n", "utf16le");
  it.each([
    [latin1, 3],
    [utf16, 1],
  ])("of another encoding than UTF-8 is refused, instead of damaging prompts", async (bytes, line) => {
    const file = await tableOf(bytes);
    await expect(readInputsTable(file, files)).rejects.toThrow(`table.csv:${line}: expected UTF-8`);
  });

  const wrong: readonly [what: string, text: string, expected: RegExp][] = [
    ["no column file", "name,x\na,1\n", /table\.csv:1: expected a column named file, got name, x/],
    [
      "a row without its picture",
      "file,x\n,1\n",
      /table\.csv:2: expected the picture in the column named file/,
    ],
    ["a picture twice", "file\na.jpg\nb.jpg\na.jpg\n", /table\.csv:4: a\.jpg stands in line 2 already/],
    [
      "a picture twice, once as a Mac writes it",
      "file\ncaf\u00e9.jpg\ncafe\u0301.jpg\n",
      /table\.csv:3: cafe\u0301\.jpg stands in line 2 already, its accents written in other code points/,
    ],
    [
      "a picture twice, once as a path",
      "file\nsub/a.jpg\n.\\sub\\a.jpg\n",
      /table\.csv:3: \.\\sub\\a\.jpg stands in line 2 already, as sub\/a\.jpg/,
    ],
    [
      "a row that is too long",
      "file,x\na.jpg,1,2\n",
      /table\.csv:2: expected 2 cells, as the header has \(file, x\), got 3; put a cell that holds a comma between double/,
    ],
    [
      "a row that is too short",
      "file;x;y\na.jpg;1;2\nb.jpg;1\n",
      /table\.csv:3: expected 3 cells, .*\(file, x, y\), got 2; leave a cell empty .* write its semicolon/,
    ],
    [
      "text after a quoted cell",
      'file,x\na.jpg,"5" wide\n',
      /table\.csv:2: expected a comma or the end of the line after the quote .*is written twice/,
    ],
    [
      "a quote within a cell",
      'file,x\na.jpg,5" wide\n',
      /table\.csv:2: expected double quotes only around a whole cell.*is written twice/,
    ],
    ["an empty file", "", /table\.csv:1: expected a column named file, got an empty file/],
    [
      "nothing but blank lines",
      "\uFEFF\n \r\n",
      /table\.csv:1: expected a column named file, got an empty file/,
    ],
    [
      "an open quote, in the line that opens it",
      'file,x\n"a\n""b.jpg",""\nc.jpg,"1 ""two\nd.jpg,2\ne.jpg,3\n',
      /table\.csv:4: expected a second double quote where the cell ends, .*; close the cell/,
    ],
  ];

  it.each(wrong)("is refused for %s", async (_what, text, expected) => {
    await expect(readInputsTable(await tableOf(text), files)).rejects.toThrow(expected);
  });

  it("that is not there is INPUT_MISSING", async () => {
    await expect(readInputsTable("nix.csv", files)).rejects.toMatchObject({ code: "INPUT_MISSING" });
    await expect(readInputsTable("nix.csv", files)).rejects.toThrow(/nix\.csv: .*, there is no such file$/);
    await expect(readInputsTable(await makeFolderWith(), files)).rejects.toThrow(/this is a folder/);
    const nowhere = readInputsTable("s3://shots/nix.csv", files);
    await expect(nowhere).rejects.toMatchObject({
      code: "INPUT_MISSING",
      message: expect.stringMatching(/^--inputs s3:\/\/shots\/nix\.csv: .*there is none/),
    });
  });

  it("is read where it is in S3", async () => {
    const address = "s3://shots/2024/table.csv";
    const rows = [{ line: 2, file: "a.jpg", values: { strength: "0.5" } }];
    expect(await readInputsTable(address, files)).toEqual(rows);
  });
});
