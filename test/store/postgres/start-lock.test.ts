import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tryLock } from "../../../src/store/postgres/start-lock.ts";

let file: string;
beforeEach(async () => {
  file = path.join(await mkdtemp(path.join(os.tmpdir(), "maskloom-lock-")), "starting.lock");
});
afterEach(() => rm(path.dirname(file), { recursive: true, force: true }));

describe("the start lock", () => {
  it("is one's at a time", async () => {
    const held = await Promise.all(Array.from({ length: 20 }, () => tryLock(file)));
    const [unlock, ...others] = held.filter((release) => release !== null);
    expect(others).toEqual([]);
    await unlock?.();
    const next = await tryLock(file);
    expect(next).not.toBeNull();
    await next?.();
  });

  it("is not held by the dead", async () => {
    await writeFile(file, "999999999");
    const unlock = await tryLock(file);
    expect(unlock).not.toBeNull();
    await unlock?.();
  });

  it("is not held by a process that only has the number of the dead", async () => {
    await writeFile(file, String(process.pid));
    expect(await tryLock(file)).toBeNull();
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(file, longAgo, longAgo);
    const unlock = await tryLock(file);
    expect(unlock).not.toBeNull();
    await unlock?.();
  });
});
