import { chmod, mkdir, mkdtemp, readdir, readlink, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findBinaries, prepareBinaries, program } from "../../../src/store/postgres/binaries.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "maskloom-binaries-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** As npm unpacks the package: without its links. */
async function makePackage() {
  const folder = path.join(root, "package", "native");
  await mkdir(path.join(folder, "bin"), { recursive: true });
  await mkdir(path.join(folder, "lib", "pkgconfig"), { recursive: true });
  for (const name of ["bin/postgres", "lib/libicuuc.so.60.2", "lib/libpq.a", "lib/pkgconfig/libpq.pc"]) {
    await writeFile(path.join(folder, name), name, { mode: name.startsWith("bin") ? 0o700 : 0o600 });
  }
  const link = { source: "native/lib/libicuuc.so.60.2", target: "native/lib/libicuuc.so.60" };
  await writeFile(path.join(folder, "pg-symlinks.json"), JSON.stringify([link]));
  return { folder, version: "18.0.0-test" };
}

describe("the binaries of PostgreSQL", () => {
  it("are found for this platform", async () => {
    const binaries = await findBinaries();
    expect(binaries.version).toMatch(/^18\./);
    expect((await stat(program(binaries, "postgres"))).isFile()).toBe(true);
  });

  it("get the links that npm does not pack, however often they are prepared", async () => {
    const found = await makePackage();
    for (const _turn of [1, 2]) {
      expect(await prepareBinaries(found, { copies: root, mustCopy: false })).toEqual(found);
    }
    expect(await readlink(path.join(found.folder, "lib", "libicuuc.so.60"))).toBe("libicuuc.so.60.2");
    expect(await readdir(root)).toEqual(["package"]);
  });

  it("are copied, open to other accounts and without what the server does not need, by several processes at once", async () => {
    const found = await makePackage();
    const copies = path.join(root, "copies");
    const prepared = await Promise.all(
      Array.from({ length: 5 }, () => prepareBinaries(found, { copies, mustCopy: true })),
    );
    const folder = path.join(copies, "native-18.0.0-test");
    expect(prepared).toEqual(Array.from({ length: 5 }, () => ({ ...found, folder })));
    expect(await readdir(copies)).toEqual(["native-18.0.0-test"]);
    expect((await readdir(path.join(folder, "lib"))).toSorted()).toEqual([
      "libicuuc.so.60",
      "libicuuc.so.60.2",
    ]);
    expect(await readlink(path.join(folder, "lib", "libicuuc.so.60"))).toBe("libicuuc.so.60.2");
    expect((await stat(path.join(folder, "bin", "postgres"))).mode & 0o777).toBe(0o755);
    expect((await stat(path.join(folder, "lib", "libicuuc.so.60.2"))).mode & 0o777).toBe(0o644);
  });

  const inReadOnlyFolder = async () => {
    const found = await makePackage();
    await chmod(path.join(found.folder, "lib"), 0o500);
    const { folder } = await prepareBinaries(found, { copies: root, mustCopy: false });
    expect(folder).toBe(path.join(root, "native-18.0.0-test"));
    await chmod(path.join(found.folder, "lib"), 0o700);
  };
  // Absent, not skipped, for root, whom no folder's mode keeps from writing.
  if (process.getuid?.() !== 0) it("are copied where their own folder is read-only", inReadOnlyFolder);
});
