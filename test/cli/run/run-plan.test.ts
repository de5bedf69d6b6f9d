import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { describe, expect, it, vi } from "vitest";
import { planRuns, type RunRequest } from "../../../src/cli/run/run-plan.ts";
import { makeFolderWith } from "../temporary-folder.ts";

async function planned(request: Partial<RunRequest> & Pick<RunRequest, "inputs" | "out">) {
  const plan = await planRuns({
    workflow: "anonymize-faces",
    set: {},
    table: null,
    sidecars: false,
    format: "same",
    ...request,
  });
  const runs: { at: number; output: string; problem: string | null }[] = [];
  for await (const { at, output, problem } of plan.runs())
    runs.push({ at, output, problem: problem?.message ?? null });
  return { plan, runs };
}

const outputsOf = ({ runs }: Awaited<ReturnType<typeof planned>>) => runs.map(({ output }) => output);

describe("a plan", () => {
  it("lets no two pictures share a result: a.jpg beside a.png, whoever named them", async () => {
    const folder = await makeFolderWith("a.jpg", "A.png", "b.webp", "sub/a.jpg");
    const out = path.join(folder, "out");
    expect(outputsOf(await planned({ inputs: [folder], out, format: "png" }))).toEqual([
      "a.jpg.png",
      "A.png.png",
      "b.png",
      "sub/a.png",
    ]);
    const named = [path.join(folder, "a.jpg"), path.join(folder, "A.png")];
    expect(outputsOf(await planned({ inputs: named, out, format: "png" }))).toEqual([
      "a.jpg.png",
      "A.png.png",
    ]);
  });

  it("knows what any row of the table gives, though no other row does", async () => {
    const folder = await makeFolderWith("a.jpg", "b.jpg", "c.jpg");
    const table = path.join(folder, "table.csv");
    await writeFile(table, "file,prompt,provider\na.jpg,,\nb.jpg,,\nc.jpg,,runware\n");
    const request = { workflow: "face-detail", inputs: [folder], out: path.join(folder, "out"), table };
    expect((await planned(request)).plan.named).toEqual(["provider"]);
  });

  it("is refused where two rows of the table are about one picture, whatever they call it", async () => {
    const folder = await makeFolderWith("a.jpg", "sub/b.jpg");
    const [a, table] = [path.join(folder, "a.jpg"), path.join(folder, "table.csv")];
    const request = { workflow: "face-detail", inputs: [folder], out: path.join(folder, "out"), table };
    await writeFile(table, `file,prompt\na.jpg,x\n${a},y\nb.jpg,x\nsub/b.jpg,y\nc.jpg,x\n`);
    await expect(planned(request)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: [
        `${table}:3: ${a} stands in line 2 already, as a.jpg`,
        `${table}:5: sub/b.jpg stands in line 4 already, as b.jpg`,
      ].join("\n"),
    });
    await writeFile(table, "file,prompt\na.jpg,x\nb.jpg,x\nc.jpg,x\n");
    expect((await planned(request)).plan.warnings).toEqual([`${table}:4: no picture c.jpg among the inputs`]);
  });

  it("is refused where the provider for all of its pictures is not to be had, and not where pictures choose", async () => {
    const folder = await makeFolderWith("a.jpg", "b.jpg");
    const request = {
      workflow: "face-detail",
      inputs: [folder],
      out: path.join(folder, "out"),
      set: { provider: "a1111" },
      sidecars: true,
    };
    await expect(planned(request)).rejects.toMatchObject({
      code: "PROVIDER_UNAVAILABLE",
      message: expect.stringMatching(
        /^steps\.detail\.provider: expected .*, received "a1111".*: it is not configured; .*docs\/providers\.md/,
      ),
    });
    const table = path.join(folder, "table.csv");
    await writeFile(table, "file,provider\na.jpg,local\nb.jpg,\n");
    expect((await planned({ ...request, table })).runs).toHaveLength(2);
    await writeFile(path.join(folder, "a.json"), '{ "strength": 0.3 }');
    await expect(planned(request)).rejects.toMatchObject({ code: "PROVIDER_UNAVAILABLE" });
    await writeFile(path.join(folder, "a.json"), '{ "provider": "local" }');
    expect((await planned(request)).runs).toHaveLength(2);
  });

  it("gives a number to the picture that would take another one's place", async () => {
    const folder = await makeFolderWith("a.jpg", "a.webp", "a.jpg.png");
    const { runs } = await planned({ inputs: [folder], out: path.join(folder, "out"), format: "png" });
    expect(runs.map(({ output, problem }) => [output, problem])).toEqual([
      ["a.jpg (2).png", null],
      ["a.webp.png", null],
      ["a.jpg.png", null],
    ]);
  });

  it("is refused where none of its inputs is there, and goes on where one is", async () => {
    const folder = await makeFolderWith("a.jpg");
    const out = path.join(folder, "out");
    const [there, gone, none] = ["a.jpg", "b.jpg", "*.webp"].map((name) => path.join(folder, name));
    await expect(planned({ inputs: [`${gone}`, `${none}`], out })).rejects.toMatchObject({
      code: "INPUT_MISSING",
      message: expect.stringMatching(/b\.jpg: expected a file, folder or glob.*; .*\*\.webp: .*matches none/),
    });
    const { runs } = await planned({ inputs: [`${gone}`, `${there}`], out });
    expect(runs.map(({ problem }) => problem === null)).toEqual([false, true]);
  });

  it("is refused where the mask for all of its pictures is not there, and goes on where a row's is not", async () => {
    const folder = await makeFolderWith("a.jpg", "b.jpg", "masks/a.png");
    const request = { workflow: "remove-object", inputs: [path.join(folder, "[ab].jpg")] };
    const out = path.join(folder, "out");
    const nowhere = path.join(folder, "nomask.png");
    await expect(planned({ ...request, out, set: { mask: nowhere } })).rejects.toMatchObject({
      code: "INPUT_MISSING",
      message: expect.stringMatching(
        /^--set mask=.*nomask\.png: expected a file, or a folder .*there is none$/,
      ),
    });
    const table = path.join(folder, "table.csv");
    await writeFile(table, "file,mask\na.jpg,nomask.png\n");
    const { runs } = await planned({
      ...request,
      out,
      table,
      set: { mask: path.join(folder, "masks", "a.png") },
    });
    expect(runs.map(({ problem }) => problem === null)).toEqual([false, true]);
  });

  it("is refused where results would go onto the pictures, as a whole or one by one", async () => {
    const folder = await makeFolderWith("a.jpg", "sub/a.jpg");
    const file = path.join(folder, "a.jpg");
    await expect(planned({ inputs: [file], out: folder })).rejects.toThrow(/would be overwritten/);
    await expect(planned({ inputs: [folder], out: folder })).rejects.toThrow(/both the input and the place/);
    const both = await planned({
      inputs: [path.join(folder, "sub", "a.jpg"), file],
      out: path.join(folder, "sub"),
    });
    expect(both.runs.map(({ problem }) => problem)).toEqual([
      null,
      expect.stringMatching(/one of the inputs/),
    ]);
  });

  it("may put results above the pictures, but none where it would be a picture next time", async () => {
    const folder = await makeFolderWith("photos/a.jpg", "photos/photos/b.jpg");
    const { runs } = await planned({ inputs: [path.join(folder, "photos")], out: folder });
    expect(runs).toEqual([
      { at: 0, output: "a.jpg", problem: null },
      { at: 1, output: "photos/b.jpg", problem: expect.stringMatching(/would be one next time/) },
    ]);
  });

  it("does not count what stands beside a picture about it among the files that are left out", async () => {
    const folder = await makeFolderWith(
      "a.jpg",
      "a.json",
      "b.PNG",
      "b.txt",
      "b.PNG.json",
      "c.txt",
      "notes.rtf",
    );
    const inputs = { inputs: [folder], out: path.join(folder, "out") };
    expect((await planned({ ...inputs, sidecars: true })).plan.leftOut.count).toBe(2);
    expect((await planned({ ...inputs, sidecars: false })).plan.leftOut.count).toBe(5);
  });

  it("counts a sample, and says of how many it is one", async () => {
    const folder = await makeFolderWith(...Array.from({ length: 9 }, (_, at) => `${at}.jpg`));
    const { plan, runs } = await planned({ inputs: [folder], out: path.join(folder, "out"), sample: 3 });
    expect([plan.total, plan.sampledFrom]).toEqual([3, 9]);
    expect(runs.map(({ at, output }) => [at, output])).toEqual([
      [0, "1.jpg"],
      [1, "4.jpg"],
      [2, "7.jpg"],
    ]);
  });

  it("says how far it is where counting takes long", async () => {
    const folder = await makeFolderWith("a.jpg", "b.jpg");
    let now = 0;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => (now += 3_000));
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      await planned({ inputs: [folder], out: path.join(folder, "out") });
      expect(said.mock.calls).toEqual([["counting: 2 pictures so far\n"]]);
    } finally {
      clock.mockRestore();
      said.mockRestore();
    }
  });

  it("checks every row of a table before anything begins, and says which are about no picture", async () => {
    const folder = await makeFolderWith("in/a.jpg", "in/b.jpg");
    const inputs = [path.join(folder, "in")];
    const [out, table] = [path.join(folder, "out"), path.join(folder, "table.csv")];
    await mkdir(out);
    await writeFile(table, "file,mode\nb.jpg,blur\nnix.jpg,\n");
    const { plan } = await planned({ inputs, out, table });
    expect(plan.warnings).toEqual([`${table}:3: no picture nix.jpg among the inputs`]);
    const own: unknown[] = [];
    for await (const run of plan.runs()) own.push(run.own);
    expect(own).toEqual([{}, { mode: "blur" }]);
    await writeFile(
      table,
      `file,mode\na.jpg,\n${Array.from({ length: 50 }, (_, at) => `${at}.jpg,\n`).join("")}`,
    );
    const { warnings } = (await planned({ inputs, out, table })).plan;
    expect([warnings.length, warnings.at(-1)]).toEqual([
      11,
      `${table}: 40 more rows are about none of the inputs`,
    ]);
    await writeFile(table, "file,mode\na.jpg,no such mode\n");
    await expect(planned({ inputs, out, table })).rejects.toThrow(/table\.csv:2: .*mode/);
    const wrong = Array.from({ length: 7 }, (_, at) => `${at}.jpg,no such mode\n`).join("");
    await writeFile(table, `file,mode\n${wrong}`);
    await expect(planned({ inputs, out, table })).rejects.toThrow(
      /csv:2: .*\n.*csv:3: (?:.*\n)+and 2 more rows$/,
    );
  });

  it("is refused where there is no picture at all", async () => {
    const folder = await makeFolderWith("notes.txt");
    await expect(planned({ inputs: [folder], out: path.join(folder, "out") })).rejects.toThrow(
      /expected at least one .*found 1 file with another extension \(1 \.txt\)/,
    );
  });
});
