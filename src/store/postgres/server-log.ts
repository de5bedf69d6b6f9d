import { type FileHandle, open, readFile, rename, stat } from "node:fs/promises";
import path from "node:path";
import type { Place } from "./place.ts";

const MAX_LOG_BYTES = 4 * 1024 * 1024;

export const serverLog = (place: Place): string => path.join(place.folder, "server.log");

/** Appends; keeps one older file, so that a long-lived home does not fill up. */
export async function openLog(file: string): Promise<FileHandle> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(file, `${file}.1`);
  return open(file, "a", 0o600);
}

/** The end of the server's log, for error messages. */
export async function readLogTail(place: Place): Promise<string> {
  const text = await readFile(serverLog(place), "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-6).join("\n");
}
