import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFileBlobStore } from "../../src/artifacts/file-blob-store.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-blobs-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("file blob store", () => {
  it("makes its folder, and keeps other accounts out of it", async () => {
    const inner = path.join(folder, "data", "artifacts");
    const store = await openFileBlobStore(inner);
    const { digest } = await store.put(new Uint8Array([1, 2, 3]));
    const file = store.pathOf?.(digest) ?? "";
    expect(path.relative(inner, file)).toBe(path.join(digest.slice(0, 2), digest));
    expect((await stat(file)).mode & 0o777).toBe(0o400);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
  });

  it("finds what another process has put", async () => {
    const { digest } = await (await openFileBlobStore(folder)).put(new Uint8Array([9]));
    expect(await (await openFileBlobStore(folder)).get(digest)).toEqual(Buffer.from([9]));
  });

  it("does not write a blob again that is there already, but notes when it was last put", async () => {
    const store = await openFileBlobStore(folder);
    const { digest } = await store.put(new Uint8Array([4, 5]));
    const file = store.pathOf?.(digest) ?? "";
    const before = await stat(file);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(file, longAgo, longAgo);
    await store.put(new Uint8Array([4, 5]));
    const after = await stat(file);
    expect(after.ino).toBe(before.ino);
    expect(after.mtimeMs).toBeGreaterThan(longAgo.getTime());
  });

  it("removes half-written files when they are more than a day old, and no others", async () => {
    await openFileBlobStore(folder);
    const incoming = path.join(folder, "incoming");
    const ages = { "an-hour": 1, "two-days": 48 };
    for (const [name, hours] of Object.entries(ages)) {
      await writeFile(path.join(incoming, name), "half");
      const then = new Date(Date.now() - hours * 3_600_000);
      await utimes(path.join(incoming, name), then, then);
    }
    await openFileBlobStore(folder);
    expect(await readdir(incoming)).toEqual(["an-hour"]);
  });

  it("says what is wrong with a folder that cannot be made", async () => {
    const file = path.join(folder, "file");
    await writeFile(file, "");
    await expect(openFileBlobStore(path.join(file, "artifacts"))).rejects.toMatchObject({
      code: "OUTPUT_UNWRITABLE",
      message: expect.stringContaining(path.join(file, "artifacts")),
    });
  });

  it("says what is wrong when a folder is taken by a file later on", async () => {
    const store = await openFileBlobStore(folder);
    await rm(path.join(folder, "incoming"), { recursive: true });
    await writeFile(path.join(folder, "incoming"), "");
    await expect(store.put(new Uint8Array([1]))).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
    await rm(path.join(folder, "incoming"));
    await mkdir(path.join(folder, "incoming"));
    await expect(store.put(new Uint8Array([1]))).resolves.toMatchObject({ bytes: 1 });
  });
});
