import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { canReach, canRead, canRun } from "../../../src/store/postgres/reach.ts";

let root: string;
let inner: string;
const stranger = { uid: 65_533, gid: 65_533 };

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "maskloom-reach-"));
  await chmod(root, 0o755);
  inner = path.join(root, "closed", "inner");
  await mkdir(inner, { recursive: true });
  await chmod(path.dirname(inner), 0o755);
  await chmod(inner, 0o755);
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe("what another account can reach", () => {
  it("ends at a folder that is closed to it, however open the ones below are", async () => {
    expect(await canReach(inner, stranger)).toBe(true);
    await chmod(path.dirname(inner), 0o700);
    expect(await canReach(inner, stranger)).toBe(false);
  });

  it("goes by owner first, then by group, then by the rest", async () => {
    const { uid, gid } = await stat(inner);
    await chmod(inner, 0o077);
    expect(await canReach(inner, { uid, gid })).toBe(false);
    expect(await canReach(inner, { uid: stranger.uid, gid })).toBe(true);
    await chmod(inner, 0o701);
    expect(await canReach(inner, { uid: stranger.uid, gid })).toBe(false);
    expect(await canReach(inner, stranger)).toBe(true);
  });

  it("depends on the file itself as well", async () => {
    const file = path.join(inner, "program");
    await writeFile(file, "");
    await chmod(file, 0o744);
    expect(await canRead(file, stranger)).toBe(true);
    expect(await canRun(file, stranger)).toBe(false);
    await chmod(file, 0o755);
    expect(await canRun(file, stranger)).toBe(true);
    expect(await canRead(path.join(inner, "missing"), stranger)).toBe(false);
  });
});
