import { copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Report, type ReportRun } from "../../src/contracts/report.ts";
import { readPngChunks, writePngChunks } from "../../src/image/metadata/png-chunks.ts";
import { readContainer } from "../../src/image/metadata/read-container.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type CliResult, type Installation, installCli, PHOTOS } from "./cli-installation.ts";

/* What each picture carries, and what stands beside it, in `maskloom run`; and what its result says of itself. */

const WORKFLOW = `maskloom: 1
name: own-prompt
inputs:
  image: { type: image }
  prompt: { type: text }
steps:
  - id: faces
    task: imageMasking
    inputImage: \${inputs.image}
    model: mediapipe_face_full
  - id: hide
    task: imageInference
    model: local:fill
    seedImage: \${inputs.image}
    maskImage: \${steps.faces.maskImage}
    seed: \${inputs.image.meta.seed ?? 5}
    settings: { mode: blur }
outputs:
  image: \${steps.hide.image}
  carried: \${inputs.image.meta.prompt ?? 'none'}
  given: \${inputs.prompt}
`;

let installation: Installation;
let home: string;

beforeAll(async () => {
  installation = await installCli();
  home = await makeTemporaryHome();
  await mkdir(at("in"));
  await writeFile(at("own.yaml"), WORKFLOW);
  const photo = path.join(PHOTOS, "astronaut.jpg");
  const small = await sharp(photo).resize(320).png().toBuffer();
  await writeFile(at("in", "embedded.png"), withParameters(small));
  await writeFile(at("in", "text.png"), withParameters(small));
  await writeFile(at("in", "text.txt"), "said by a text\n");
  await writeFile(at("in", "row.png"), withParameters(small));
  await writeFile(at("in", "row.json"), '{ "prompt": "said by JSON", "seed": 9, "seeds": 1 }');
  await sharp(photo).resize(320).jpeg().toFile(at("in", "plain.jpg"));
  await copyFile(at("in", "embedded.png"), at("in", "broken.png"));
  await writeFile(at("in", "broken.json"), "{");
  await writeFile(at("table.csv"), "file,prompt\nrow.png,said by the row\n");
});

afterAll(async () => {
  await removeTemporaryHome(home);
  await installation.remove();
});

const at = (...parts: string[]): string => path.join(home, ...parts);
const run = (...more: string[]): Promise<CliResult> =>
  installation.run(
    ["run", at("own.yaml"), at("in"), "--out", at("out"), "--inputs", at("table.csv"), "--json", ...more],
    { home },
  );
const runsOf = ({ stdout }: CliResult): ReadonlyMap<string, ReportRun> =>
  new Map(Report.parse(JSON.parse(stdout)).runs.map((one) => [one.file, one]));

/** As A1111 writes it. */
function withParameters(png: Buffer): Uint8Array {
  const text = "carried by the file\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 77";
  const [header, ...chunks] = readPngChunks(png);
  if (header === undefined) throw new Error("expected a PNG");
  return writePngChunks([
    header,
    { type: "tEXt", data: Buffer.from(`parameters\0${text}`, "latin1") },
    ...chunks,
  ]);
}

describe("every picture", () => {
  it("is refused as a whole where an input is given to none of them", async () => {
    await mkdir(at("bare"));
    await copyFile(at("in", "plain.jpg"), at("bare", "plain.jpg"));
    const { code, stderr } = await installation.run(["run", at("own.yaml"), at("bare"), "--out", at("no")], {
      home,
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/input "prompt": missing/);
  });

  it("has what its row says, else its sidecar, else the command line, and of meta its sidecar, else its file", async () => {
    const result = await run("--set", "prompt=said by --set");
    const runs = runsOf(result);
    const said = [...runs].map(([file, one]) => [file, one.outputs?.["carried"], one.outputs?.["given"]]);
    expect(said).toEqual([
      ["broken.png", undefined, undefined],
      ["embedded.png", "carried by the file", "said by --set"],
      ["plain.jpg", "none", "said by --set"],
      ["row.png", "said by JSON", "said by the row"],
      ["text.png", "said by a text", "said by a text"],
    ]);
    expect(result.code).toBe(1);
    expect(runs.get("broken.png")?.error).toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/broken\.png: broken\.json: expected JSON/),
    });
    expect(result.stderr).toMatch(/row\.png: row\.json: seeds is neither .* Did you mean seed\?/);
  });

  it("keeps what it carried, and says how it came about", async () => {
    const before = readContainer(await readFile(at("in", "embedded.png")), "png");
    const bytes = await readFile(at("out", "embedded.png"));
    const after = readContainer(bytes, "png");
    expect(after.pngChunks.find(({ type }) => type === "tEXt")).toEqual(before.pngChunks[0]);
    const xmp = Buffer.from(after.xmp ?? []).toString("utf8");
    expect(xmp).toContain("<maskloom:workflow>own-prompt</maskloom:workflow>");
    expect(xmp).toMatch(
      /<maskloom:model>mediapipe_face_full<\/maskloom:model>.*<maskloom:weights>[0-9a-f]{64}/,
    );
    expect(xmp).toMatch(/<maskloom:seed>77<\/maskloom:seed>/);
    const jpeg = readContainer(await readFile(at("out", "plain.jpg")), "jpg");
    expect(Buffer.from(jpeg.xmp ?? []).toString("utf8")).toMatch(/<maskloom:seed>5<\/maskloom:seed>/);
  });

  it("is done already when the same command comes again, but for the one whose sidecar has changed", async () => {
    const { mtimeMs } = await stat(at("out", "embedded.png"));
    await writeFile(at("in", "text.txt"), "said by another text");
    const runs = runsOf(await run("--set", "prompt=said by --set"));
    expect([...runs].map(([file, one]) => [file, one.reused])).toEqual([
      ["broken.png", false],
      ["embedded.png", true],
      ["plain.jpg", true],
      ["row.png", true],
      ["text.png", false],
    ]);
    expect((await stat(at("out", "embedded.png"))).mtimeMs).toBe(mtimeMs);
    expect(runs.get("text.png")?.outputs?.["carried"]).toBe("said by another text");
  });

  it("is written again without its provenance, and nothing is computed for it", async () => {
    await rm(at("in", "broken.png"));
    const runs = runsOf(await run("--set", "prompt=said by --set", "--no-provenance"));
    expect([...runs.values()].every(({ reused }) => reused)).toBe(true);
    expect(readContainer(await readFile(at("out", "embedded.png")), "png").xmp).toBeNull();
  });

  it("may be told apart from what stands beside it", async () => {
    const runs = runsOf(await run("--set", "prompt=said by --set", "--no-sidecars"));
    expect(runs.get("text.png")?.outputs).toMatchObject({
      carried: "carried by the file",
      given: "said by --set",
    });
  });
});
