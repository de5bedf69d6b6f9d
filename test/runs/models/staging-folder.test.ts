import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";
import { modelFolder } from "../../../src/detection/weights/model-folder.ts";
import { clearStaging, withStaging } from "../../../src/runs/models/staging-folder.ts";
import { makeFolderWith } from "../../cli/temporary-folder.ts";

const MAIN = fileURLToPath(new URL("../../../src/cli/main.ts", import.meta.url));
const FIXTURE = fileURLToPath(new URL("../../fixtures/pytorch/yolov8-segment.pt", import.meta.url));

const staged = async (root: string) =>
  (await readdir(root).catch(() => [])).filter((name) => name.startsWith(".adding-"));

/** As a process leaves it that was killed while it added a model. */
async function killedWhileAdding(): Promise<string> {
  const root = await makeFolderWith();
  const gone = spawn(process.execPath, ["--version"]);
  await once(gone, "exit");
  await mkdir(path.join(root, ".adding-1", "added"), { recursive: true });
  await writeFile(path.join(root, ".adding-1", "added", "half.pt"), "half");
  await mkdir(path.join(root, "added"));
  const holder = { pid: gone.pid, host: hostname(), since: "then" };
  await writeFile(path.join(root, "added", ".maskloom.lock"), JSON.stringify(holder));
  return root;
}

it("a model is added in a folder of its own, which goes when all went well and when it did not", async () => {
  const folder = modelFolder(await makeFolderWith());
  const put = async (staging: { readonly root: string }) => {
    await mkdir(staging.root);
    await writeFile(path.join(staging.root, "weights"), "bytes");
    return await staged(folder.root);
  };
  expect(await withStaging(folder, put)).toHaveLength(1);
  expect(await readdir(folder.root)).toEqual(["added"]);
  const failing = withStaging(folder, async (staging) => {
    await put(staging);
    throw new Error("it does not run");
  });
  await expect(failing).rejects.toThrow("it does not run");
  expect(await readdir(folder.root)).toEqual(["added"]);
  expect(await readdir(folder.added)).toEqual([]);
});

it("what a killed process has left is cleared by the next look, and by the next addition", async () => {
  const looked = await killedWhileAdding();
  await clearStaging({ root: looked });
  expect(await staged(looked)).toEqual([]);
  const added = modelFolder(await killedWhileAdding());
  expect(await withStaging(added, () => staged(added.root))).toEqual([]);
});

it("an addition that is under way is left alone", async () => {
  const folder = modelFolder(await makeFolderWith());
  await withStaging(folder, async (staging) => {
    await mkdir(staging.root);
    await clearStaging(folder);
    expect(await staged(folder.root)).toEqual([path.basename(staging.root)]);
    await expect(withStaging(folder, () => staged(folder.root))).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await staged(folder.root)).toEqual([path.basename(staging.root)]);
  });
});

it("no models folder, no leftovers", async () => {
  await expect(clearStaging({ root: path.join(await makeFolderWith(), "none") })).resolves.toBeUndefined();
});

it("Ctrl-C while a model is added leaves neither a folder nor a lock", async () => {
  const home = await makeFolderWith();
  const root = path.join(home, "models");
  const adding = spawn(process.execPath, ["--import", "tsx", MAIN, "models", "add", FIXTURE], {
    env: { ...process.env, MASKLOOM_HOME: home },
    stdio: "ignore",
  });
  const ended = once(adding, "exit");
  await vi.waitFor(async () => expect(await staged(root)).toHaveLength(1), { timeout: 60_000, interval: 5 });
  adding.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
  expect(await staged(root)).toEqual([]);
  expect(await readdir(path.join(root, "added"))).toEqual([]);
}, 90_000);
