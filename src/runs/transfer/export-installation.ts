import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { finished } from "node:stream/promises";
import type { BlobStore } from "../../artifacts/blob-store.ts";
import { openFileBlobStore } from "../../artifacts/file-blob-store.ts";
import { Digest } from "../../contracts/ids.ts";
import { TRANSFER_FORMAT, TransferManifest } from "../../contracts/transfer.ts";
import { hasCode, MaskloomError, parseAs } from "../../errors.ts";
import { makeFolder } from "../../make-folder.ts";
import { packageVersion } from "../../package-version.ts";
import { openTableReader, type TableReader } from "../../store/copy-tables.ts";
import { readInstallation } from "../../store/secrets.ts";
import type { Store } from "../../store/store.ts";

/** How far it is; `what` is for people. */
export type TransferProgress = (done: { readonly what: string; readonly count: number }) => void;

interface Transfer {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly signal: AbortSignal;
  readonly onProgress: TransferProgress;
}

export const manifestFile = (folder: string): string => path.join(folder, "manifest.json");
export const tableFile = (folder: string, table: string): string =>
  path.join(folder, "tables", `${table}.jsonl`);
/** Pictures lie in the folder as they lie in a home folder. */
export const openTransferBlobs = (folder: string): Promise<BlobStore> =>
  openFileBlobStore(path.join(folder, "artifacts"));

/**
 * Writes everything of an installation into a folder, as it is at one moment: rows as lines of JSON, pictures as files. What was copied
 * by an earlier try is not copied again; the manifest is written last.
 * @throws CONFLICT for a folder that has another installation's export
 */
export async function exportInstallation(folder: string, transfer: Transfer): Promise<TransferManifest> {
  const { store } = transfer;
  const installation = await readInstallation(store.db);
  const before = await readManifest(folder);
  if (before !== null && before.installation !== installation) {
    throw new MaskloomError(
      "CONFLICT",
      `${folder}: expected an empty folder or an earlier export of this installation, found another one's; choose another folder`,
    );
  }
  await makeFolder(path.join(folder, "tables"), 0o700);
  await rm(manifestFile(folder), { force: true });
  const reader = await openTableReader(store);
  try {
    const tables: TransferManifest["tables"] = [];
    for (const table of reader.tables) {
      const written = await writeTable(tableFile(folder, table.name), reader.read(table), transfer.signal);
      tables.push({ name: table.name, ...written });
      transfer.onProgress({ what: table.name, count: written.rows });
    }
    const copied = await copyBlobs(folder, reader, transfer);
    const manifest: TransferManifest = {
      format: TRANSFER_FORMAT,
      version: packageVersion(),
      createdAt: new Date().toISOString(),
      installation,
      schema: reader.lastMigration,
      tables,
      ...copied,
    };
    const temporary = `${manifestFile(folder)}.writing`;
    await writeFile(temporary, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    await rename(temporary, manifestFile(folder));
    return manifest;
  } finally {
    await reader.close();
  }
}

/** Null where the folder has none. @throws INPUT_INVALID where it is not one of ours */
export async function readManifest(folder: string): Promise<TransferManifest | null> {
  const file = manifestFile(folder);
  try {
    return parseAs(TransferManifest, JSON.parse(await readFile(file, "utf8")), file);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    if (error instanceof MaskloomError) throw error;
    throw new MaskloomError(
      "INPUT_INVALID",
      `${file}: expected a manifest of \`maskloom export\`: ${String(error)}`,
      {
        cause: error,
      },
    );
  }
}

async function writeTable(
  file: string,
  pages: AsyncGenerator<readonly string[]>,
  signal: AbortSignal,
): Promise<{ rows: number; sha256: string }> {
  const hash = createHash("sha256");
  const out = createWriteStream(file, { mode: 0o600 });
  let rows = 0;
  for await (const lines of pages) {
    signal.throwIfAborted();
    const text = `${lines.join("\n")}\n`;
    hash.update(text);
    rows += lines.length;
    if (!out.write(text)) await once(out, "drain");
  }
  out.end();
  await finished(out);
  return { rows, sha256: hash.digest("hex") };
}

async function copyBlobs(
  folder: string,
  reader: TableReader,
  { blobs, signal, onProgress }: Transfer,
): Promise<Pick<TransferManifest, "files" | "bytes" | "missing">> {
  const target = await openTransferBlobs(folder);
  const missing: string[] = [];
  let [files, bytes] = [0, 0];
  for await (const page of reader.readBlobs()) {
    for (const blob of page) {
      signal.throwIfAborted();
      const digest = Digest.parse(blob.digest);
      if (await copyBlob(blobs, target, digest, Number(blob.bytes))) {
        files += 1;
        bytes += Number(blob.bytes);
      } else missing.push(digest);
    }
    onProgress({ what: "files", count: files });
  }
  return { files, bytes, missing };
}

/** Checked on the way: what arrives under another digest is refused. @returns whether it is there now */
export async function copyBlob(
  from: BlobStore,
  to: BlobStore,
  digest: Digest,
  bytes: number,
): Promise<boolean> {
  if ((await to.size(digest)) === bytes) return true;
  try {
    const stream = await from.stream(digest);
    await to.put(stream as AsyncIterable<Uint8Array>);
    return true;
  } catch (error) {
    if (error instanceof MaskloomError && error.code === "NOT_FOUND") return false;
    throw error;
  }
}
