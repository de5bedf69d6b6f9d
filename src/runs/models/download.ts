import { open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { digestOf } from "../../detection/weights/digest-records.ts";
import { hasCode, MaskloomError } from "../../errors.ts";
import { makeFolder } from "../../make-folder.ts";
import { outputFailure } from "../../output-failure.ts";
import { type Answer, DownloadFailure, type HttpClient, rangeOf, readAnswer } from "./http-client.ts";

export interface Download {
  /** Shown in errors. */
  readonly name: string;
  readonly url: string;
  /** Where it goes; it appears there when it is complete and checked. Until then it grows in `<file>.part`. */
  readonly file: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface DownloadOptions {
  readonly client: HttpClient;
  readonly signal: AbortSignal;
  /** Bytes that are there; goes back where a server does not let a pull go on. */
  readonly onProgress?: (received: number) => void;
  /** A line for people about what was tried again and why. */
  readonly onRetry?: (fact: string) => void;
}

/** Requests in a row that brought nothing new. */
const MAX_FRUITLESS = 5;

/**
 * Brings a file whose size and digest are known beforehand, going on where an earlier pull stopped. The server is
 * trusted with nothing: what it sends has these bytes or is thrown away. The caller sees to it that nobody else
 * pulls the same file meanwhile.
 * Throws DOWNLOAD_FAILED with what the server said and what to do, CANCELLED when the signal fires (what came so far stays
 * for the next pull), DISK_FULL or OUTPUT_UNWRITABLE for the disk.
 */
export async function downloadFile(download: Download, options: DownloadOptions): Promise<void> {
  const part = `${download.file}.part`;
  try {
    await makeFolder(path.dirname(part));
    const begunAnew = await fill(part, download, options);
    let digest = await digestOf(part, options.signal);
    if (digest !== download.sha256 && !begunAnew) {
      // What was there before may have been of another file: once, everything is asked of this server.
      options.onRetry?.("what an earlier pull left does not fit what came now; beginning anew");
      await rm(part, { force: true });
      await fill(part, download, options);
      digest = await digestOf(part, options.signal);
    }
    if (digest !== download.sha256) {
      await rm(part, { force: true });
      throw failed(download, `it sent other bytes: SHA-256 ${digest}, expected ${download.sha256}`);
    }
    await publish(part, download.file);
  } catch (error) {
    if (options.signal.aborted) throw cancelled(download, error);
    throw outputFailure(download.file, error);
  }
}

/** @returns whether every byte came in this call */
async function fill(part: string, download: Download, options: DownloadOptions): Promise<boolean> {
  let have = await sizeOf(part);
  let begunAnew = have === 0;
  let fruitless = 0;
  while (have !== download.bytes) {
    if (have > download.bytes) {
      await rm(part, { force: true });
      have = 0;
      begunAnew = true;
    }
    options.onProgress?.(have);
    try {
      const from = await receive(part, have, download, options);
      if (from === 0) begunAnew = true;
    } catch (error) {
      if (options.signal.aborted || !(error instanceof DownloadFailure)) throw error;
      const now = await sizeOf(part);
      fruitless = now > have ? 0 : fruitless + 1;
      if (!error.passing || fruitless >= MAX_FRUITLESS) throw failed(download, error.message, error);
      options.onRetry?.(`${error.message}; trying again`);
      await options.client.pause(error.retryAfterMs ?? 1000 * 2 ** fruitless, options.signal);
    }
    have = await sizeOf(part);
  }
  options.onProgress?.(have);
  return begunAnew;
}

/** One request. @returns the byte from which the answer began */
async function receive(
  part: string,
  have: number,
  download: Download,
  { client, signal, onProgress }: DownloadOptions,
): Promise<number> {
  const range: Record<string, string> = have === 0 ? {} : { range: `bytes=${have}-` };
  const answer = await client.get(download.url, range, signal);
  const from = await firstByte(part, have, answer, download);
  const room = download.bytes - from;
  let received = 0;
  const file = await open(part, from === 0 ? "w" : "a");
  try {
    await readAnswer(answer, async (body) => {
      for await (const chunk of body) {
        received += chunk.length;
        if (received > room) throw new DownloadFailure(`it sends more than ${download.bytes} bytes`);
        // In the file before it counts, so that a connection that breaks takes nothing along that had come.
        await file.appendFile(chunk);
        onProgress?.(from + received);
      }
    });
  } finally {
    await file.close();
  }
  if (received < room)
    throw new DownloadFailure(`the answer ended after ${from + received} bytes`, { passing: true });
  return from;
}

/** Checks what the server says of its answer before a byte of it is kept. */
async function firstByte(part: string, have: number, answer: Answer, { bytes }: Download): Promise<number> {
  if (answer.status !== 200) {
    const range = rangeOf(answer);
    if (answer.status === 206 && range !== null && range.from === have && (range.total ?? bytes) === bytes)
      return have;
    await discard(answer, part);
    const said = answer.contentRange ?? "no range";
    throw new DownloadFailure(`it answers with ${said}, asked for ${have}- of ${bytes}`, { passing: true });
  }
  const { length } = answer;
  if (length === null || length === bytes) return 0;
  await answer.cancel();
  throw new DownloadFailure(`it offers ${length} bytes, expected ${bytes}`);
}

async function discard(answer: Answer, part: string): Promise<void> {
  await answer.cancel();
  await rm(part, { force: true });
}

/** Onto the disk first, then the name: who finds the file finds all of it, whenever the machine stops. */
async function publish(part: string, file: string): Promise<void> {
  await syncPath(part);
  await rename(part, file);
  if (process.platform !== "win32") await syncPath(path.dirname(file));
}

async function syncPath(place: string): Promise<void> {
  const handle = await open(place, "r+").catch(() => open(place, "r"));
  await handle.sync().finally(() => handle.close());
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return 0;
    throw error;
  }
}

function failed({ name, url }: Download, fact: string, cause?: unknown): MaskloomError {
  return new MaskloomError(
    "DOWNLOAD_FAILED",
    `${name} from ${url}: ${fact}; try again later, set HTTPS_PROXY or a mirror by MASKLOOM_MODELS_URL, ` +
      "or bring the file by other means and give it to: maskloom models add",
    { cause },
  );
}

function cancelled({ name }: Download, cause: unknown): MaskloomError {
  return new MaskloomError("CANCELLED", `${name}: the pull was stopped; the next one goes on from here`, {
    cause,
  });
}
