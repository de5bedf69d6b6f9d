import { execFileSync } from "node:child_process";
import { appendFile, copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Report } from "../../src/contracts/report.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type CliResult, type Installation, installCli, PHOTOS, until } from "./cli-installation.ts";

/* What `maskloom run` does with many pictures: some of them, those that failed, the same ones twice, and those that go wrong. */

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
const anonymize = (...args: string[]): Promise<CliResult> =>
  installation.run(["run", "anonymize-faces", ...args], { home });
const reportIn = async (out: string): Promise<Report> =>
  Report.parse(JSON.parse(await readFile(path.join(out, "maskloom-report.json"), "utf8")));
const endsOf = ({ runs }: Report) => runs.map(({ file, status, reused }) => [file, status, reused]);
const picturesIn = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.endsWith(".jpg")).sort();

/** Pictures that differ in their bytes, so that each one is work. */
async function makeMany(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let number = 1; number <= count; number += 1) {
    const file = path.join(folder, `${number}.jpg`);
    await copyFile(path.join(PHOTOS, "astronaut.jpg"), file);
    await appendFile(file, `picture ${number}`);
  }
}

describe("some of the pictures", () => {
  it("are a sample spread over all, whose results the whole batch takes over", async () => {
    await makeMany(at("many"), 6);
    const sample = await anonymize(at("many"), "--out", at("sampled"), "--sample", "2");
    expect(sample).toMatchObject({ code: 0, stdout: expect.stringMatching(/^2 pictures: 2 succeeded/) });
    const report = await reportIn(at("sampled"));
    expect(report).toMatchObject({ pictures: 2, sampledFrom: 6 });
    expect(report.runs.map(({ file }) => file)).toEqual(["2.jpg", "5.jpg"]);
    await anonymize(at("many"), "--out", at("sampled"));
    const all = await reportIn(at("sampled"));
    expect(all.runs.filter(({ reused }) => reused).map(({ file }) => file)).toEqual(["2.jpg", "5.jpg"]);
    expect(all.runs).toHaveLength(6);
  });

  it("are those that failed, and the report keeps the others", async () => {
    await makeMany(at("mended"), 3);
    const whole = await readFile(at("mended", "2.jpg"));
    await writeFile(at("mended", "2.jpg"), "broken");
    await writeFile(at("mended", "4.jpg"), "for good");
    const first = await anonymize(at("mended"), "--out", at("mended-out"));
    expect(first.stdout).toMatch(/^2 failed: 2 IMAGE_UNREADABLE$/m);
    const { runs: before } = await reportIn(at("mended-out"));
    await writeFile(at("mended", "2.jpg"), whole);
    const again = await anonymize(at("mended"), "--out", at("mended-out"), "--retry-failed");
    expect(again.stderr.match(/^\[/gm)).toHaveLength(2);
    const report = await reportIn(at("mended-out"));
    expect(endsOf(report)).toEqual([
      ["1.jpg", "succeeded", true],
      ["2.jpg", "succeeded", false],
      ["3.jpg", "succeeded", true],
      ["4.jpg", "failed", false],
    ]);
    expect(report.runs[0]?.runUUID).toBe(before[0]?.runUUID);
    await rm(at("mended", "4.jpg"));
    const gone = await anonymize(at("mended"), "--out", at("mended-out"), "--retry-failed");
    expect(gone.code).toBe(1);
    expect(endsOf(await reportIn(at("mended-out")))[3]).toEqual(["4.jpg", "failed", false]);
  });

  it("cannot be those that failed where nothing was done before", async () => {
    const { code, stderr } = await anonymize(at("many"), "--out", at("new"), "--retry-failed");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/leave out --retry-failed/) });
  });
});

describe("pictures that are the same", () => {
  it("are done once, and each has the result under its own name, now and later", async () => {
    await makeMany(at("same"), 2);
    for (const name of ["3.jpg", "4.jpg"]) await copyFile(at("same", "1.jpg"), at("same", name));
    expect((await anonymize(at("same"), "--out", at("same-out"))).code).toBe(0);
    const report = await reportIn(at("same-out"));
    expect(report.runs.map(({ file, reused, copyOf }) => [file, reused, copyOf])).toEqual([
      ["1.jpg", false, undefined],
      ["2.jpg", false, undefined],
      ["3.jpg", true, "1.jpg"],
      ["4.jpg", true, "1.jpg"],
    ]);
    expect(await picturesIn(at("same-out"))).toEqual(["1.jpg", "2.jpg", "3.jpg", "4.jpg"]);
    const results = await Promise.all(["1.jpg", "3.jpg"].map((name) => readFile(at("same-out", name))));
    expect(results[0]).toEqual(results[1]);
    await anonymize(at("same"), "--out", at("same-out"));
    expect((await reportIn(at("same-out"))).runs.every(({ reused }) => reused)).toBe(true);
    await anonymize(at("same"), "--out", at("same-out"), "--overwrite");
    const anew = (await reportIn(at("same-out"))).runs;
    expect(anew.map(({ reused }) => reused)).toEqual([false, false, true, true]);
  });
});

describe("what goes wrong", () => {
  it("stops the batch when it is too much, and the same command goes on", async () => {
    await makeMany(at("bad"), 20);
    for (const name of ["1", "2", "3"]) await writeFile(at("bad", `${name}.jpg`), "broken");
    const { code, stderr } = await anonymize(at("bad"), "--out", at("bad-out"), "--max-failures", "2");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/stopped at 2 failures .* of 20 pictures are done; the same command/),
    });
    const report = await reportIn(at("bad-out"));
    expect(report.stopped).toBe("max-failures");
    expect(report.runs.length).toBeLessThan(20);
    expect(await readFile(at("bad-out", "maskloom-report.html"), "utf8")).toMatch(
      /as many pictures failed as it may have/,
    );
    expect((await anonymize(at("bad"), "--out", at("bad-out"))).code).toBe(1);
    const whole = await reportIn(at("bad-out"));
    expect(whole.stopped).toBeUndefined();
    expect(whole.runs.filter(({ status }) => status === "succeeded")).toHaveLength(17);
    expect(whole.batchUUID).toBe(report.batchUUID);
  });

  it("with one name is that picture's business", async () => {
    await makeMany(at("long"), 1);
    await copyFile(at("long", "1.jpg"), at("long", `${"x".repeat(250)}.jpg`));
    await copyFile(at("long", "1.jpg"), at("long", `${"x".repeat(250)}.png`));
    const { code, stderr } = await anonymize(at("long"), "--out", at("long-out"), "--format", "png");
    expect(code).toBe(1);
    expect(stderr).toMatch(/failed .*OUTPUT_UNWRITABLE: .*too long/);
    expect((await reportIn(at("long-out"))).runs.map(({ status }) => status)).toEqual([
      "succeeded",
      "failed",
      "failed",
    ]);
  });

  it("also where a picture vanishes before its turn", async () => {
    const count = 130;
    await makeMany(at("vanishing"), count);
    const args = ["run", "anonymize-faces", at("vanishing"), "--out", at("vanished"), "--no-thumbnails"];
    const running = installation.start(args, { home });
    /* Fewer than that are taken in ahead of the first result. */
    await until(async () => (await picturesIn(at("vanished")).catch(() => [])).length > 0);
    await rm(at("vanishing", `${count}.jpg`));
    const { code, stderr } = await running.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/failed {5}130\.jpg {2}INPUT_MISSING: /);
    const { runs } = await reportIn(at("vanished"));
    expect(runs.filter(({ status }) => status === "succeeded")).toHaveLength(count - 1);
  });

  const canMount = process.platform === "linux" && process.getuid?.() === 0 && mountable();

  /* A small disk can be had only where this user may mount one. */
  if (canMount)
    it("with the disk stops the batch at once, and loses nothing", async () => {
      await makeMany(at("full"), 8);
      await mkdir(at("small"));
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=400k", "none", at("small")]);
      try {
        const { code, stderr } = await anonymize(at("full"), "--out", at("small"), "--no-thumbnails");
        expect(code).toBe(1);
        expect(stderr).toMatch(/DISK_FULL: .*no room left on the disk/);
        const half = await picturesIn(at("small"));
        expect(half.length).toBeLessThan(8);
        execFileSync("mount", ["-o", "remount,size=8m", at("small")]);
        expect((await anonymize(at("full"), "--out", at("small"))).code).toBe(0);
        expect(await picturesIn(at("small"))).toHaveLength(8);
        expect((await reportIn(at("small"))).runs).toHaveLength(8);
      } finally {
        execFileSync("umount", [at("small")]);
      }
    });
});

function mountable(): boolean {
  try {
    execFileSync("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
