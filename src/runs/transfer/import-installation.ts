import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { z } from "zod";
import type { BlobStore } from "../../artifacts/blob-store.ts";
import { Digest } from "../../contracts/ids.ts";
import { TRANSFER_FORMAT, type TransferManifest } from "../../contracts/transfer.ts";
import { MaskloomError, parseAs } from "../../errors.ts";
import { linesOfFile } from "../../lines-of-file.ts";
import { openTableWriter, type TableWriter } from "../../store/copy-tables.ts";
import type { Store } from "../../store/store.ts";
import type { TransferTable } from "../../store/transfer-tables.ts";
import {
  copyBlob,
  manifestFile,
  openTransferBlobs,
  readManifest,
  type TransferProgress,
  tableFile,
} from "./export-installation.ts";

interface Import {
  readonly store: Store;
  readonly blobs: BlobStore;
  /** Whether what is here already may stay beside it. */
  readonly merge: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: TransferProgress;
}

export interface Imported {
  /** That were written. */
  readonly rows: number;
  /** Of the export's, those that every installation has of its own, or that were here already. */
  readonly known: number;
  readonly files: number;
  /** It was taken in before: nothing was done. */
  readonly wasKnown: boolean;
}

const LINES_AT_ONCE = 500;

/**
 * Takes in what `exportInstallation` wrote. Files come first, each checked by its digest, and those that are there are not copied again; then
 * all rows at once or none. So it may be stopped and begun again at any moment.
 * @throws INPUT_INVALID, CONFLICT or ARTIFACT_CORRUPT, before anything of a row is written
 */
export async function importInstallation(folder: string, transfer: Import): Promise<Imported> {
  const { store, merge } = transfer;
  const manifest = await readManifest(folder);
  if (manifest === null) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `${folder}: expected a whole export; ${manifestFile(folder)} is not there, so say \`maskloom export\` again, which goes on`,
    );
  }
  const name = nameOf(manifest);
  const writer = await openTableWriter(store);
  try {
    assertFits(manifest, writer);
    const { isEmpty, isKnown } = await writer.look(name);
    if (isKnown) return { rows: 0, known: 0, files: 0, wasKnown: true };
    if (!isEmpty && !merge) {
      throw new MaskloomError(
        "CONFLICT",
        "this installation: expected an empty one, found runs, pictures or keys; --merge puts the export beside them, " +
          "and what is here stays as it is. DATABASE_URL and DATABASE_SCHEMA say which one it is",
      );
    }
    await verifyTables(folder, manifest, transfer.signal);
    const { files, rows: ofFiles } = await takeFiles(folder, manifest, writer, transfer);
    await writer.begin(isEmpty);
    let [rows, lines] = [ofFiles, 0];
    for (const table of writer.tables) {
      const taken = await writeRows(folder, manifest, writer, table, transfer.signal);
      transfer.onProgress({ what: table.name, count: taken.lines });
      rows += taken.rows;
      lines += taken.lines;
    }
    await writer.commit({ target: name, detail: { rows, files, from: manifest.installation } });
    store.wakeUps.notify("ready", "feeds", "keys", "events");
    return { rows, known: lines - rows, files, wasKnown: false };
  } finally {
    await writer.close();
  }
}

const nameOf = ({ installation, createdAt }: TransferManifest): string => `${installation} ${createdAt}`;

function assertFits(manifest: TransferManifest, { lastMigration, tables }: TableWriter): void {
  if (manifest.format !== TRANSFER_FORMAT || manifest.schema > lastMigration) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `the export is of Maskloom ${manifest.version} with tables as of ${manifest.schema}, this one has those of ${lastMigration}; ` +
        "install that version or a later one here, then import",
    );
  }
  if (manifest.schema < lastMigration) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `the export has tables as of ${manifest.schema}, this Maskloom those of ${lastMigration}; start this version once where it ` +
        "comes from, which brings them up to date, and export again",
    );
  }
  const unknown = manifest.tables.filter(({ name }) => !tables.some((table) => table.name === name));
  if (unknown.length === 0) return;
  const names = unknown.map(({ name }) => name).join(", ");
  throw new MaskloomError("INPUT_INVALID", `the export: expected tables that are here, too; found ${names}`);
}

/** All of it is read once before a row is written: a folder that was damaged on its way changes nothing. */
async function verifyTables(
  folder: string,
  { tables }: TransferManifest,
  signal: AbortSignal,
): Promise<void> {
  for (const { name, sha256 } of tables) {
    const file = tableFile(folder, name);
    const hash = createHash("sha256");
    try {
      for await (const chunk of createReadStream(file, { signal })) hash.update(chunk as Buffer);
    } catch (error) {
      throw new MaskloomError("ARTIFACT_CORRUPT", `${file}: expected to read it: ${String(error)}`, {
        cause: error,
      });
    }
    if (hash.digest("hex") === sha256) continue;
    throw new MaskloomError(
      "ARTIFACT_CORRUPT",
      `${file}: its content does not match the manifest; copy the export again, or export again`,
    );
  }
}

const BlobLine = z.object({ digest: Digest, bytes: z.number() });

/** The rows that say what files are come before the files: nobody clears up what is known. */
async function takeFiles(
  folder: string,
  manifest: TransferManifest,
  writer: TableWriter,
  { blobs, signal, onProgress }: Import,
): Promise<{ rows: number; files: number }> {
  const table = writer.tables.find(({ name }) => name === "blobs");
  if (table === undefined) return { rows: 0, files: 0 };
  await writer.begin(false);
  const { rows } = await writeRows(folder, manifest, writer, table, signal);
  await writer.commit();
  const source = await openTransferBlobs(folder);
  const missing = new Set(manifest.missing);
  let files = 0;
  for await (const lines of linesOf(tableFile(folder, "blobs"), signal)) {
    for (const line of lines) {
      signal.throwIfAborted();
      const { digest, bytes } = parseAs(BlobLine, JSON.parse(line), tableFile(folder, "blobs"));
      if (await copyBlob(source, blobs, digest, bytes)) files += 1;
      else if (!missing.has(digest)) {
        throw new MaskloomError(
          "ARTIFACT_CORRUPT",
          `${folder}: expected the file of ${digest}, there is none; copy the export again, or export again`,
        );
      }
    }
    onProgress({ what: "files", count: files });
  }
  return { rows, files };
}

/** @returns how many lines the export has, and how many rows of them were not here yet */
async function writeRows(
  folder: string,
  manifest: TransferManifest,
  writer: TableWriter,
  table: TransferTable,
  signal: AbortSignal,
): Promise<{ lines: number; rows: number }> {
  const taken = { lines: 0, rows: 0 };
  if (!manifest.tables.some(({ name }) => name === table.name)) return taken;
  for await (const lines of linesOf(tableFile(folder, table.name), signal)) {
    taken.lines += lines.length;
    taken.rows += await writer.write(table, lines);
  }
  return taken;
}

async function* linesOf(file: string, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  let lines: string[] = [];
  for await (const line of linesOfFile(file, signal)) {
    lines.push(line);
    if (lines.length < LINES_AT_ONCE) continue;
    yield lines;
    lines = [];
  }
  if (lines.length > 0) yield lines;
}
