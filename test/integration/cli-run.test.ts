import { appendFile, copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Report, type ReportRun } from "../../src/contracts/report.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type CliResult, type Installation, installCli, PHOTOS, until } from "./cli-installation.ts";

/* `maskloom run` as a user gives it, with the embedded database in an empty home. */

let installation: Installation;
let home: string;

beforeAll(async () => {
  installation = await installCli();
  home = await makeTemporaryHome();
});

afterAll(async () => {
  await removeTemporaryHome(home);
  await installation.remove();
});

const at = (...parts: string[]): string => path.join(home, ...parts);
const maskloom = (...args: string[]): Promise<CliResult> => installation.run(args, { home });
const anonymize = (...args: string[]): Promise<CliResult> => maskloom("run", "anonymize-faces", ...args);
const reportIn = async (out: string): Promise<Report> =>
  Report.parse(JSON.parse(await readFile(path.join(out, "maskloom-report.json"), "utf8")));
const runOf = ({ runs }: Report, file: string): ReportRun | undefined =>
  runs.find((run) => run.file === file);

/** A folder with a bit of everything. */
async function makePhotos(folder: string): Promise<void> {
  await mkdir(path.join(folder, "sub"), { recursive: true });
  await copyFile(path.join(PHOTOS, "astronaut.jpg"), path.join(folder, "sub", "astronaut.jpg"));
  await sharp(path.join(PHOTOS, "grace_hopper.jpg")).png().toFile(path.join(folder, "hopper.png"));
  const { data, info } = await sharp({ create: { width: 320, height: 240, channels: 3, background: "#7a9" } })
    .webp({ lossless: true })
    .toBuffer({ resolveWithObject: true });
  expect(info.format).toBe("webp");
  await writeFile(path.join(folder, "nobody.webp"), data);
  await writeFile(path.join(folder, "empty.jpg"), "");
  const whole = await readFile(path.join(PHOTOS, "grace_hopper.jpg"));
  await writeFile(path.join(folder, "half.jpg"), whole.subarray(0, whole.length / 2));
  await writeFile(path.join(folder, "notes.txt"), "no picture");
}

/** Pictures that differ in their bytes, so that each one is work. */
async function makeMany(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let number = 1; number <= count; number++) {
    const file = path.join(folder, `${number}.jpg`);
    await copyFile(path.join(PHOTOS, "astronaut.jpg"), file);
    await appendFile(file, `picture ${number}`);
  }
}

describe("a folder of pictures", () => {
  it("is worked through whole: names and formats kept, nobody copied, failures reported", async () => {
    await makePhotos(at("photos"));
    const { code, stdout, stderr } = await anonymize(at("photos"), "--out", at("out"), "--json");
    const report = Report.parse(JSON.parse(stdout));
    expect(code).toBe(1);
    expect(report).toEqual(await reportIn(at("out")));
    expect(report.runs.map(({ file, status }) => [file, status])).toEqual([
      ["empty.jpg", "failed"],
      ["half.jpg", "failed"],
      ["hopper.png", "succeeded"],
      ["nobody.webp", "skipped"],
      ["sub/astronaut.jpg", "succeeded"],
    ]);
    expect(runOf(report, "empty.jpg")?.error?.message).toMatch(/empty\.jpg.*the file is empty/);
    expect(runOf(report, "half.jpg")?.error?.code).toBe("IMAGE_UNREADABLE");
    expect(stderr).toMatch(/1 file/);
    expect(stderr).not.toContain('{"level"'); // why half.jpg failed stands in its line
    expect(await readFile(at("out", "nobody.webp"))).toEqual(await readFile(at("photos", "nobody.webp")));
    expect((await sharp(at("out", "hopper.png")).metadata()).format).toBe("png");
    expect((await sharp(at("out", "sub", "astronaut.jpg")).metadata()).format).toBe("jpeg");
    const all = await readdir(at("out"), { recursive: true });
    const files = all.filter((name) => !name.startsWith(`maskloom-report${path.sep}`)).sort();
    const written = [
      "hopper.png",
      "maskloom-report",
      "maskloom-report.html",
      "maskloom-report.json",
      "nobody.webp",
      "sub",
      path.join("sub", "astronaut.jpg"),
    ];
    expect(files).toEqual(written.sort());
  });

  it("changes no pixel outside of the masks where the result is lossless", async () => {
    const report = await reportIn(at("out"));
    const run = runOf(report, "hopper.png");
    expect(run?.pixelsChangedOutside).toBe(0);
    const [before, after] = await Promise.all([
      rgb(at("photos", "hopper.png")),
      rgb(at("out", "hopper.png")),
    ]);
    expect(countDifferent(before, after)).toBe(run?.pixelsChangedInside);
    expect(report.encoding).toBe("lossy");
  });

  it("is done already when the same command comes again, but for what had failed", async () => {
    const before = await stat(at("out", "hopper.png"));
    const { code, stdout } = await anonymize(at("photos"), "--out", at("out"), "--json");
    const report = Report.parse(JSON.parse(stdout));
    expect(code).toBe(1);
    expect(report.runs.map(({ file, reused }) => [file, reused])).toEqual([
      ["empty.jpg", false],
      ["half.jpg", false],
      ["hopper.png", true],
      ["nobody.webp", true],
      ["sub/astronaut.jpg", true],
    ]);
    expect((await stat(at("out", "hopper.png"))).mtimeMs).toBe(before.mtimeMs);
  });

  it("gets back a result that was deleted or damaged, without computing it again", async () => {
    const original = await readFile(at("out", "sub", "astronaut.jpg"));
    await writeFile(at("out", "sub", "astronaut.jpg"), original.subarray(0, original.length / 2));
    await rm(at("out", "hopper.png"));
    const report = await jsonOf(anonymize(at("photos"), "--out", at("out"), "--json"));
    for (const file of ["sub/astronaut.jpg", "hopper.png"]) expect(runOf(report, file)?.reused).toBe(true);
    expect(await readFile(at("out", "sub", "astronaut.jpg"))).toEqual(original);
    expect((await sharp(at("out", "hopper.png")).metadata()).height).toBe(600);
  });

  it("takes nobody's work away: a result that was retouched stays, and no other result takes its place", async () => {
    const file = at("out", "hopper.png");
    const original = await readFile(file);
    const retouched = await sharp(original).negate().png().toBuffer();
    await writeFile(file, retouched);
    const same = await jsonOf(anonymize(at("photos"), "--out", at("out"), "--json"));
    expect(runOf(same, "hopper.png")).toMatchObject({
      status: "succeeded",
      warnings: [expect.stringMatching(/changed since it was written, and is kept/)],
    });
    const other = ["--set", "mode=blur", "--json"];
    const changed = await jsonOf(anonymize(at("photos"), "--out", at("out"), ...other));
    expect(runOf(changed, "hopper.png")?.error).toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/hopper\.png: has been changed since Maskloom wrote it/),
    });
    expect(await readFile(file)).toEqual(retouched);
    await rm(file);
    await jsonOf(anonymize(at("photos"), "--out", at("out"), "--json"));
    expect(await readFile(file)).toEqual(original);
  });

  it("is made again where somebody removed the stored results, and never fails for it", async () => {
    await rm(at("artifacts"), { recursive: true });
    await rm(at("out", "hopper.png"));
    const report = await jsonOf(anonymize(at("photos"), "--out", at("out"), "--json"));
    expect(runOf(report, "hopper.png")).toMatchObject({ status: "succeeded", reused: false });
    expect((await sharp(at("out", "hopper.png")).metadata()).height).toBe(600);
  });

  it("is worked through anew where an input, the picture or --overwrite says so", async () => {
    const blurred = await jsonOf(anonymize(at("photos"), "--out", at("out"), "--set", "mode=blur", "--json"));
    expect(runOf(blurred, "hopper.png")?.reused).toBe(false);
    const again = await jsonOf(
      anonymize(at("photos"), "--out", at("out"), "--set", "mode=blur", "--overwrite", "--json"),
    );
    expect(again.runs.some((run) => run.reused)).toBe(false);
    expect(again.batchUUID).not.toBe(blurred.batchUUID);
  });
});

describe("the folder of results", () => {
  it("may lie inside the folder of pictures, and is left out there", async () => {
    await makeMany(at("inside"), 2);
    for (let time = 0; time < 2; time++) {
      const report = await jsonOf(
        anonymize(at("inside"), "--out", at("inside", "results"), "--format", "png", "--json"),
      );
      expect(report.runs.map(({ file, output }) => [file, output])).toEqual([
        ["1.jpg", "1.png"],
        ["2.jpg", "2.png"],
      ]);
      expect(report.encoding).toBe("lossless");
    }
  });

  it("keeps files that somebody else put there, unless --overwrite says otherwise, and no copy of the picture fails for it", async () => {
    await makeMany(at("foreign"), 1);
    await copyFile(at("foreign", "1.jpg"), at("foreign", "2.jpg"));
    await mkdir(at("kept"));
    await writeFile(at("kept", "1.jpg"), "precious");
    const { code, stderr } = await anonymize(at("foreign"), "--out", at("kept"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/CONFLICT.*--overwrite/);
    expect(await readFile(at("kept", "1.jpg"), "utf8")).toBe("precious");
    expect((await reportIn(at("kept"))).runs).toMatchObject([
      { file: "1.jpg", status: "failed" },
      { file: "2.jpg", status: "succeeded", reused: false },
    ]);
    expect((await anonymize(at("foreign"), "--out", at("kept"), "--overwrite")).code).toBe(0);
    expect((await sharp(at("kept", "1.jpg")).metadata()).width).toBe(512);
  });

  it("that cannot be written is said at once", async () => {
    await writeFile(at("file"), "");
    const { code, stderr } = await anonymize(at("foreign"), "--out", at("file", "out"));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error OUTPUT_UNWRITABLE: .*file/),
    });
  });
});

describe("a name that is too long", () => {
  it("fails its own picture in one sentence, and the others go on", async () => {
    const long = "x".repeat(251);
    await makeMany(at("long"), 1);
    await copyFile(path.join(PHOTOS, "grace_hopper.jpg"), at("long", `${long}.jpg`));
    const given = [at("long"), at(`${"y".repeat(300)}.jpg`)];
    const { code, stdout } = await anonymize(...given, "--out", at("longer"), "--format", "webp", "--json");
    expect(code).toBe(1);
    const [fine, output, input] = Report.parse(JSON.parse(stdout)).runs;
    expect(fine).toMatchObject({ status: "succeeded", output: "long/1.webp" });
    expect(output?.error).toMatchObject({
      code: "OUTPUT_UNWRITABLE",
      message: expect.stringMatching(
        /: x+…x+\.webp: its name is too long: expected .* received 256; rename the picture/,
      ),
    });
    expect(input?.error).toMatchObject({
      code: "INPUT_MISSING",
      message: expect.stringMatching(/: y+…y+\.jpg: its name is too long: expected .* received 304/),
    });
  });
});

describe("a workflow with named outputs", () => {
  it("gets its images and masks as files beside each other, and its data in the report", async () => {
    await makeMany(at("one"), 1);
    /* Another picture, whose name differs in the extension alone. */
    const mirrored = await sharp(at("one", "1.jpg")).flop().png().toBuffer();
    await writeFile(at("one", "1.png"), mirrored);
    await writeFile(
      at("named.yaml"),
      `maskloom: 1
name: named
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_full, combine: perDetection }
  - id: hide
    task: imageInference
    model: local:fill
    seedImage: \${inputs.image}
    maskImage: \${steps.faces.maskImage}
outputs:
  image: \${steps.hide.image}
  mask: \${steps.faces.maskImage}
  faces: \${steps.faces.detections}
  run: \${run.uuid}
`,
    );
    const report = await jsonOf(maskloom("run", at("named.yaml"), at("one"), "--out", at("named"), "--json"));
    expect(report.runs).toMatchObject([
      {
        status: "succeeded",
        output: "1.jpg",
        outputs: {
          image: "1.jpg",
          mask: "1.jpg.mask.png",
          faces: [{ index: 1, maskImage: "1.jpg.faces.1.png" }],
          run: report.runs[0]?.runUUID,
        },
        files: ["1.jpg.mask.png", "1.jpg.faces.1.png"],
      },
      { status: "succeeded", output: "1.png", files: ["1.png.mask.png", "1.png.faces.1.png"] },
    ]);
    expect((await sharp(at("named", "1.jpg.faces.1.png")).metadata()).channels).toBe(1);
    expect((await sharp(at("named", "1.jpg.mask.png")).metadata()).channels).toBe(1);
    expect((await sharp(at("named", "1.jpg")).metadata()).format).toBe("jpeg");
  });
});

describe("values per picture", () => {
  it("come from a table, and hold for their picture only", async () => {
    await makeMany(at("table"), 2);
    await writeFile(at("table.csv"), "file,mode,color\n2.jpg,colour,#ff0000\n");
    const report = await jsonOf(
      anonymize(at("table"), "--out", at("tabled"), "--inputs", at("table.csv"), "--format", "png", "--json"),
    );
    expect(report.runs.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
    const face = { left: 222, top: 118, width: 2, height: 2 };
    const red = (file: string) => sharp(at("tabled", file)).extract(face).removeAlpha().raw().toBuffer();
    expect([...(await red("2.png"))].slice(0, 3)).toEqual([255, 0, 0]);
    expect([...(await red("1.png"))].slice(0, 3)).not.toEqual([255, 0, 0]);
  });
});

describe("an interrupted command", () => {
  const COUNT = 24;
  const someWritten = (out: string) => async () =>
    (await readdir(out).catch(() => [])).filter((name) => name.endsWith(".jpg")).length >= 2;

  it("outlives the end of a terminal that is not its own, stops cleanly on Ctrl-C, keeps others out while it runs, and goes on when given again", async () => {
    await makeMany(at("many"), COUNT);
    const first = installation.start(["run", "anonymize-faces", at("many"), "--out", at("stopped")], {
      home,
      group: true,
    });
    await until(someWritten(at("stopped")));
    first.killGroup("SIGHUP");
    first.killGroup("SIGSTOP"); // or it and its worker may be at their end before the second one looks
    const second = await anonymize(at("many"), "--out", at("stopped"));
    expect({ code: second.code, stderr: second.stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/CONFLICT: .*another maskloom run/),
    });
    first.kill("SIGINT");
    first.killGroup("SIGCONT");
    const { code, stderr } = await first.ended;
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: expect.stringMatching(/the same command goes on from here/),
    });
    expect(stderr).not.toContain("worker process ended");
    const partial = await reportIn(at("stopped"));
    const report = await jsonOf(anonymize(at("many"), "--out", at("stopped"), "--json"));
    expectAllOnce(report, COUNT);
    expect(report.batchUUID).toBe(partial.batchUUID);
    for (const { file, runUUID } of partial.runs)
      expect(runOf(report, file)).toMatchObject({ runUUID, reused: true });
  });

  const kills = [
    ["of the command", "killed", "9"],
    ["of the command and its worker", "killed-all", "11"],
  ] as const;

  it.each(kills)("loses nothing to kill -9 %s, and begins no picture twice", async (_what, out, blocks) => {
    const args = ["run", "anonymize-faces", at("many"), "--out", at(out), "--set", `blocks=${blocks}`];
    const first = installation.start(args, { home, group: true });
    await until(someWritten(at(out)));
    if (out === "killed") first.kill("SIGKILL");
    else first.killGroup("SIGKILL");
    await first.ended;
    const before = (await readdir(at(out))).filter((name) => name.endsWith(".jpg"));
    const report = await jsonOf(maskloom(...args, "--json"));
    expectAllOnce(report, COUNT);
    for (const file of before) expect(runOf(report, file)?.reused).toBe(true);
    const left = await readdir(at(out));
    expect(left.filter((name) => name.startsWith("."))).toEqual([]);
    expect(left.filter((name) => !name.startsWith("maskloom-report"))).toHaveLength(COUNT);
  });

  function expectAllOnce({ runs }: Report, count: number): void {
    expect(runs.map(({ file }) => file)).toEqual(
      Array.from({ length: count }, (_, index) => `${index + 1}.jpg`),
    );
    expect(new Set(runs.map(({ runUUID }) => runUUID)).size).toBe(count);
    for (const { status } of runs) expect(status).toBe("succeeded");
  }
});

async function jsonOf(result: Promise<CliResult>): Promise<Report> {
  const { stdout, stderr } = await result;
  expect(stdout, stderr).not.toBe("");
  return Report.parse(JSON.parse(stdout));
}

async function rgb(file: string): Promise<Buffer> {
  return sharp(file).removeAlpha().toColourspace("srgb").raw().toBuffer();
}

function countDifferent(before: Buffer, after: Buffer): number {
  let different = 0;
  for (let i = 0; i < before.length; i += 3) {
    if (!before.subarray(i, i + 3).equals(after.subarray(i, i + 3))) different += 1;
  }
  return different;
}
