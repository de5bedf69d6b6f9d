import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Report } from "../../src/contracts/report.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type Installation, installCli, PHOTOS } from "./cli-installation.ts";

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

it("shows a newcomer two restored photos, a sheet and a report, and says where they are", async () => {
  const { code, stdout, stderr } = await installation.run(["demo"], { home });
  expect(code, stderr).toBe(0);
  const out = path.join(home, "out", "demo");
  expect((await readdir(out)).sort()).toEqual([
    "astronaut.jpg",
    "before-after.png",
    "grace_hopper.jpg",
    "maskloom-report",
    "maskloom-report.html",
    "maskloom-report.json",
  ]);
  for (const name of ["results", "report", "sheet"])
    expect(stdout).toMatch(new RegExp(`^${name} .*out.demo`, "m"));
  const report = Report.parse(JSON.parse(await readFile(path.join(out, "maskloom-report.json"), "utf8")));
  for (const { file, status, pixelsChangedOutside, pixelsChangedInside, tasks } of report.runs) {
    expect({ status, pixelsChangedOutside }).toEqual({ status: "succeeded", pixelsChangedOutside: 0 });
    expect(pixelsChangedInside).toBeGreaterThan(1000);
    expect(tasks.map(({ step }) => step)).toEqual(["faces", "detail"]);
    const [before, after] = await Promise.all(
      [PHOTOS, out].map((folder) => sharp(path.join(folder, file)).metadata()),
    );
    expect([after?.width, after?.height]).toEqual([(before?.width ?? 0) * 2, (before?.height ?? 0) * 2]);
  }
});
