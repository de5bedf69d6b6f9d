import { chmod, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { openFileBlobStore } from "../../src/artifacts/file-blob-store.ts";
import type { Digest } from "../../src/contracts/ids.ts";
import { describeBlobStore } from "./blob-store.ts";

describeBlobStore("the file system", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-blobs-"));
  const store = await openFileBlobStore(folder);
  const fileOf = async (digest: Digest) => {
    const file = store.pathOf?.(digest) ?? "";
    await chmod(file, 0o600);
    return file;
  };
  return {
    store,
    async corrupt(digest) {
      const file = await fileOf(digest);
      const bytes = await readFile(file);
      bytes.writeUInt8(bytes.readUInt8(77) ^ 1, 77);
      await writeFile(file, bytes);
    },
    async truncate(digest) {
      await truncate(await fileOf(digest), 10);
    },
    async age(digest, milliseconds) {
      const then = new Date(Date.now() - milliseconds);
      await utimes(store.pathOf?.(digest) ?? "", then, then);
    },
    async count() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).length;
    },
    stop: () => rm(folder, { recursive: true, force: true }),
  };
});
