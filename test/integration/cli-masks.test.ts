import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Report, type ReportRun } from "../../src/contracts/report.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type CliResult, type Installation, installCli } from "./cli-installation.ts";

/* Masks that somebody drew, given to `maskloom run` beside the pictures. */

const SIDE = 40;

let installation: Installation;
let home: string;

beforeAll(async () => {
  installation = await installCli();
  home = await makeTemporaryHome();
  await mkdir(at("in", "sub"), { recursive: true });
  await mkdir(at("masks", "sub"), { recursive: true });
  for (const name of ["a.png", "b.png", path.join("sub", "c.jpg")]) await writePicture(at("in", name));
  await writeMask(at("masks", "a.png"), 10);
  await writeMask(at("masks", "sub", "c.png"), 20);
  await writeMask(at("one.png"), 4);
});

afterAll(async () => {
  await removeTemporaryHome(home);
  await installation.remove();
});

const at = (...parts: string[]): string => path.join(home, ...parts);
const remove = (...more: string[]): Promise<CliResult> =>
  installation.run(
    ["run", "remove-object", at("in"), "--out", at("out"), "--format", "png", "--json", ...more],
    {
      home,
    },
  );
const runsOf = ({ stdout }: CliResult): readonly ReportRun[] => Report.parse(JSON.parse(stdout)).runs;
/** Of a mask of so many pixels a side, all of which are painted. */
const facts = (result: CliResult) =>
  runsOf(result).map(({ file, status, reused, pixelsChangedInside }) => [
    file,
    status,
    reused,
    Math.round(Math.sqrt(pixelsChangedInside ?? 0)),
  ]);

async function writePicture(file: string): Promise<void> {
  const stripes = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => (at * 37 + file.length) % 251);
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
  await sharp(stripes, { raw }).toFile(file);
}

/** White in the middle of black, so many pixels a side. */
async function writeMask(file: string, side: number): Promise<void> {
  const square = { create: { width: side, height: side, channels: 3, background: "white" } } as const;
  await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: "black" } })
    .composite([{ input: await sharp(square).png().toBuffer() }])
    .png()
    .toFile(file);
}

describe("a workflow that asks for a mask", () => {
  it("is refused as a whole where there is none for any picture", async () => {
    const { code, stderr } = await remove();
    expect(code).toBe(2);
    expect(stderr).toMatch(/remove-object: expected a mask for mask: --set mask=<file/);
    const slip = await remove("--set", "mask=nowhere");
    expect(slip.code).toBe(2);
    expect(slip.stderr).toMatch(/INPUT_MISSING: --set mask=nowhere: expected a file, or a folder/);
  });

  it("takes one of a folder by its picture's name, and fails the picture that has none", async () => {
    const result = await remove("--set", `mask=${at("masks")}`);
    expect(result.code).toBe(1);
    expect(facts(result)).toEqual([
      ["a.png", "succeeded", false, 10],
      ["b.png", "failed", false, 0],
      ["sub/c.jpg", "succeeded", false, 20],
    ]);
    expect(runsOf(result)[1]?.error).toMatchObject({
      code: "INPUT_MISSING",
      message: expect.stringMatching(/b\.png: mask: expected the picture's mask in .*masks, as b\.png/),
    });
    expect(runsOf(result).map(({ pixelsChangedOutside }) => pixelsChangedOutside)).toEqual([0, null, 0]);
  });

  it("prefers the table's, and does again what has another mask now, and nothing else", async () => {
    await writeFile(at("table.csv"), "file,mask\nb.png,one.png\n");
    await writeMask(at("masks", "a.png"), 12);
    const result = await remove("--set", `mask=${at("masks")}`, "--inputs", at("table.csv"));
    expect(result.code).toBe(0);
    expect(facts(result)).toEqual([
      ["a.png", "succeeded", false, 12],
      ["b.png", "succeeded", false, 4],
      ["sub/c.jpg", "succeeded", true, 20],
    ]);
  });

  it("takes one file for all of them", async () => {
    const result = await remove("--set", `mask=${at("one.png")}`);
    expect(facts(result).map(([, , , side]) => side)).toEqual([4, 4, 4]);
  });

  it("may come with further images, given in the same ways", async () => {
    const steps = [
      "  - { id: laid, task: composite, base: '${inputs.background}', over: '${inputs.image}', mask: '${inputs.mask}' }",
    ];
    const inputs = "{ image: { type: image }, background: { type: image }, mask: { type: mask } }";
    const text = [
      "maskloom: 1",
      "name: lay",
      `inputs: ${inputs}`,
      "steps:",
      ...steps,
      "output: ${steps.laid.image}",
    ];
    await writeFile(at("lay.yaml"), text.join("\n"));
    await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: "#204060" } }).toFile(
      at("sky.png"),
    );
    const lay = (...more: string[]) =>
      installation.run(
        [
          "run",
          at("lay.yaml"),
          at("in", "a.png"),
          "--out",
          at("laid"),
          "--set",
          `mask=${at("one.png")}`,
          ...more,
        ],
        { home },
      );
    const without = await lay();
    expect([without.code, without.stderr]).toEqual([
      2,
      expect.stringContaining("expected an image for background: --set background="),
    ]);
    expect((await lay("--set", `background=${at("sky.png")}`)).code).toBe(0);
    const { data } = await sharp(at("laid", "a.png")).raw().toBuffer({ resolveWithObject: true });
    expect([...data.subarray(0, 3)]).toEqual([0x20, 0x40, 0x60]);
    const middle = 3 * (SIDE * (SIDE / 2) + SIDE / 2);
    expect([...data.subarray(middle, middle + 3)]).not.toEqual([0x20, 0x40, 0x60]);
  });
});
