import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { ModelSource } from "../../contracts/manifest.ts";
import { hasCode, MaskloomError } from "../../errors.ts";
import { unreadableModel } from "../../onnx/unreadable-model.ts";
import { readWeightFile } from "../../onnx/weight-file.ts";
import { createDigestRecords } from "./digest-records.ts";
import { isStored, type ModelFolder, type StoredSource, storedPath } from "./model-folder.ts";

/** `absent`: to be pulled, and nobody has done it yet; `damaged`: gone, or other bytes than its manifest says. */
export type FileState =
  | { readonly state: "ready" }
  | { readonly state: "absent" | "damaged"; readonly fact: string };

export interface WeightFiles {
  /** The checked bytes. Throws MODEL_UNAVAILABLE where the file is absent, MODEL_UNREADABLE where it is damaged. */
  read(source: ModelSource): Promise<Uint8Array>;
  /** By existence and size only: for every start. Packaged files are looked at when they are read. */
  glance(source: ModelSource): Promise<FileState>;
  /** By digest; a file that has not changed since it was last read is not read again. */
  check(source: ModelSource): Promise<FileState>;
}

const READY: FileState = { state: "ready" };

/** @param folder null where only what npm packages carry is to be had */
export function createWeightFiles(folder: ModelFolder | null): WeightFiles {
  const glance = async (source: ModelSource): Promise<FileState> =>
    isStored(source) ? await glanceAt(folder, source) : READY;
  return {
    glance,
    async read(source) {
      if (!isStored(source)) return await readWeightFile(source);
      return await readStored(folder, source);
    },
    async check(source) {
      if (!isStored(source)) return await checkPackaged(() => readWeightFile(source));
      const first = await glance(source);
      if (first.state !== "ready" || folder === null) return first;
      const file = storedPath(folder, source);
      try {
        if (await createDigestRecords(folder.digests).holds(file, source.sha256)) return READY;
      } catch (error) {
        return unreadable(file, error);
      }
      return { state: "damaged", fact: `${file} has other bytes than SHA-256 ${source.sha256}` };
    },
  };
}

/** Name of a weight file for people. */
function fileNameOf(source: StoredSource): string {
  return "url" in source ? source.file : source.added;
}

async function glanceAt(folder: ModelFolder | null, source: StoredSource): Promise<FileState> {
  const state = "url" in source ? "absent" : "damaged";
  const absent = { state, fact: `${fileNameOf(source)} is not there` } as const;
  if (folder === null) return absent;
  const file = storedPath(folder, source);
  try {
    const { size } = await stat(file);
    if (size === source.bytes) return READY;
    return { state: "damaged", fact: `${file} has ${size} bytes, expected ${source.bytes}` };
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return absent;
    return unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): FileState {
  const reason = error instanceof Error ? error.message : String(error);
  return { state: "damaged", fact: `${file} cannot be read: ${reason}` };
}

async function readStored(folder: ModelFolder | null, source: StoredSource): Promise<Uint8Array> {
  const name = fileNameOf(source);
  if (folder === null) throw absentFile(name, "there is no models folder");
  const file = storedPath(folder, source);
  const bytes = await readFile(file).catch((error: unknown) => {
    throw absentFile(name, `${file} cannot be read`, error);
  });
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (bytes.length === source.bytes && sha256 === source.sha256) return bytes;
  throw unreadableModel(
    name,
    `expected ${source.bytes} bytes with SHA-256 ${source.sha256}, got ${bytes.length} bytes with ${sha256} in ${file}; ` +
      ("url" in source ? "pull the model again" : "remove the model and add it again"),
  );
}

function absentFile(name: string, fact: string, cause?: unknown): MaskloomError {
  return new MaskloomError("MODEL_UNAVAILABLE", `weight file ${name}: ${fact}`, { cause });
}

async function checkPackaged(read: () => Promise<Uint8Array>): Promise<FileState> {
  try {
    await read();
    return READY;
  } catch (error) {
    if (!(error instanceof MaskloomError)) throw error;
    return { state: "damaged", fact: error.message };
  }
}
