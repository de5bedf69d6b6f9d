import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import process from "node:process";
import { describe, expect, it } from "vitest";
import { lockFolder } from "../../src/runs/folder-lock.ts";
import { makeFolderWith } from "../cli/temporary-folder.ts";

const FILE = ".maskloom.lock";

describe("the lock of a folder of results", () => {
  it("keeps others out until it is let go, and names who holds it", async () => {
    const folder = path.join(await makeFolderWith(), "new", "out");
    const unlock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await unlock();
    expect(await readdir(folder)).toEqual([]);
    await (await lockFolder(folder))();
  });

  it("of a process that was killed is taken over at once", async () => {
    const folder = await makeFolderWith();
    await writeFile(
      path.join(folder, FILE),
      JSON.stringify({ pid: await deadPid(), host: hostname(), since: "then" }),
    );
    const unlock = await lockFolder(folder);
    expect(JSON.parse(await readFile(path.join(folder, FILE), "utf8"))).toMatchObject({ pid: process.pid });
    await unlock();
  });

  it("of another machine holds while it is kept fresh, and not after", async () => {
    const folder = await makeFolderWith();
    const file = path.join(folder, FILE);
    await writeFile(file, JSON.stringify({ pid: 1, host: "elsewhere", since: "then" }));
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: "CONFLICT" });
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(file, hourAgo, hourAgo);
    await (await lockFolder(folder))();
  });

  it("goes to one of many that want it at the same time, after a kill too", async () => {
    const folder = await makeFolderWith();
    await writeFile(
      path.join(folder, FILE),
      JSON.stringify({ pid: await deadPid(), host: hostname(), since: "then" }),
    );
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const tried of tries) if (tried.status === "fulfilled") await tried.value();
  });

  it("is refused where the folder is a file", async () => {
    const folder = await makeFolderWith("file");
    await expect(lockFolder(path.join(folder, "file"))).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
  });
});

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}
