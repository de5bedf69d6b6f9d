import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { joinEmbeddedServer } from "../../../src/store/postgres/embedded.ts";
import { homeFailure, saysDiskFull } from "../../../src/store/postgres/home-failure.ts";
import { asNormalUser } from "../../as-normal-user.ts";

const ADVICE = /set MASKLOOM_HOME to another folder or DATABASE_URL/;

describe("a home folder that cannot be used", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-"));
    await chmod(folder, 0o755);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const refusalOf = async (home: string) => {
    const refused: unknown = await joinEmbeddedServer(home).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ code: "OUTPUT_UNWRITABLE", message: expect.stringMatching(ADVICE) });
    return refused instanceof Error ? refused.message : "";
  };

  it.each(["", "below"])("is named where a file is in its place (%s)", async (below) => {
    const file = path.join(folder, "file");
    await writeFile(file, "");
    const home = path.join(file, below);
    const message = await refusalOf(home);
    expect(message.startsWith(`${home}: `)).toBe(true);
    expect(message).toMatch(/a file is in/);
  });

  it.skipIf(process.platform === "win32")("is named where this user may not write", async () => {
    const closed = path.join(folder, "closed");
    await mkdir(closed, { mode: 0o555 });
    const home = path.join(closed, "home");
    const message = await asNormalUser(() => refusalOf(home));
    expect(message).toContain(
      `${home}: expected a folder that can be written, but this user may not (EACCES`,
    );
  });

  it.skipIf(process.platform !== "linux")(
    "is named where nothing can be made, and not waited for",
    async () => {
      expect(await refusalOf("/proc/maskloom")).toMatch(/cannot be made/);
    },
  );

  it("is told from a full disk, whoever says so", () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    expect(homeFailure("/data", full)).toMatchObject({
      code: "DISK_FULL",
      message: expect.stringMatching(/^\/data: no room left; .*MASKLOOM_HOME/),
    });
    expect(saysDiskFull('FATAL:  could not write to file "pg_wal/xlogtemp.9": No space left on device')).toBe(
      true,
    );
    expect(saysDiskFull("FATAL:  role does not exist")).toBe(false);
  });
});
