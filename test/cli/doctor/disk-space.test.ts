import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { diskSpace } from "../../../src/cli/doctor/system-checks.ts";
import { readConfig } from "../../../src/config/config.ts";

const GIB = 1024 ** 3;
/** Free bytes by folder, as if each were a disk. */
const free = vi.hoisted(() => new Map<string, number>());
vi.mock("node:fs/promises", async (original) => ({
  ...(await original<typeof import("node:fs/promises")>()),
  statfs: async (folder: string) => ({ bavail: free.get(folder) ?? Number.NaN, bsize: 1 }),
}));

let root: string;
let home: string;
let pictures: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "maskloom-disks-"));
  home = path.join(root, "home");
  pictures = path.join(root, "pictures");
  await Promise.all([mkdir(home), mkdir(pictures)]);
});
afterEach(async () => {
  free.clear();
  await rm(root, { recursive: true });
});

const look = (artifacts?: string) =>
  diskSpace.run(
    readConfig({
      MASKLOOM_HOME: home,
      ...(artifacts === undefined ? {} : { ARTIFACTS_URL: artifacts }),
    }),
  );

describe("the space that doctor looks for", () => {
  it("is the home folder's where the pictures lie in it", async () => {
    free.set(home, 0.2 * GIB);
    expect(await look()).toEqual({
      status: "fail",
      detail: `0.2 GiB free at ${home}`,
      fix: "free some space, or set MASKLOOM_HOME to another disk",
    });
    free.set(home, 2 * GIB);
    expect(await look()).toMatchObject({ status: "warn" });
    free.set(home, 20 * GIB);
    expect(await look("s3://bucket")).toMatchObject({ status: "ok", detail: `20.0 GiB free at ${home}` });
  });

  it("is that of a disk of the pictures' own, which another setting moves", async () => {
    free
      .set(home, 20 * GIB)
      .set(pictures, 0.2 * GIB)
      .set(root, 0.1 * GIB);
    const fix = "free some space, or set ARTIFACTS_URL to a folder on another disk";
    expect(await look(pathToFileURL(pictures).href)).toEqual({
      status: "fail",
      detail: `0.2 GiB free at ${pictures}`,
      fix,
    });
    const toCome = pathToFileURL(path.join(root, "not", "there")).href;
    expect(await look(toCome)).toEqual({ status: "fail", detail: `0.1 GiB free at ${root}`, fix });
  });

  it("is the home folder's, too, where only the pictures have room", async () => {
    free.set(home, 0.2 * GIB).set(pictures, 20 * GIB);
    expect(await look(pathToFileURL(pictures).href)).toMatchObject({
      status: "fail",
      fix: expect.stringContaining("MASKLOOM_HOME"),
    });
  });
});
