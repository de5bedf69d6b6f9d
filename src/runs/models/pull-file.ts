import type { Config } from "../../config/config.ts";
import type { PulledSource } from "../../contracts/manifest.ts";
import { modelFolder, storedPath } from "../../detection/weights/model-folder.ts";
import { createWeightFiles } from "../../detection/weights/weight-files.ts";
import { MaskloomError } from "../../errors.ts";
import { lockFolder } from "../folder-lock.ts";
import { downloadFile } from "./download.ts";
import type { HttpClient } from "./http-client.ts";

/** What whoever waits for a file is told. */
export interface FileProgress {
  received(bytes: number): void;
  /** What was tried again and why. */
  note(text: string): void;
  close(): void;
}

export interface Pulling {
  readonly config: Pick<Config, "models">;
  readonly client: HttpClient;
  readonly signal: AbortSignal;
  /** Called when a file begins. */
  readonly progressOf: (source: PulledSource) => FileProgress;
  /** Another process pulls, and is waited for. */
  readonly onWait: () => void;
}

const LOOK_AGAIN_MS = 500;

/**
 * Brings one weight file into the models folder. Only one process at a time pulls into it: a second one waits, and
 * finds what the first one brought.
 */
export async function pullFile(
  source: PulledSource,
  { config, client, signal, progressOf, onWait }: Pulling,
): Promise<void> {
  const folder = modelFolder(config.models.folder);
  const unlock = await waitForLock(folder.pulled, client, signal, onWait);
  try {
    const found = await createWeightFiles(folder).check(source);
    if (found.state === "ready") return;
    const progress = progressOf(source);
    try {
      const { bytes, sha256 } = source;
      const url = mirrored(source.url, config.models.mirrorUrl);
      await downloadFile(
        { name: source.file, url, file: storedPath(folder, source), bytes, sha256 },
        { client, signal, onProgress: progress.received, onRetry: progress.note },
      );
    } finally {
      progress.close();
    }
  } finally {
    await unlock();
  }
}

/** A mirror has the publisher's paths under an address of its own. */
export function mirrored(url: string, mirrorUrl: string | undefined): string {
  if (mirrorUrl === undefined) return url;
  const { pathname, search } = new URL(url);
  return `${mirrorUrl}${pathname}${search}`;
}

async function waitForLock(
  folder: string,
  client: HttpClient,
  signal: AbortSignal,
  onWait: () => void,
): Promise<() => Promise<void>> {
  for (let said = false; ; said = true) {
    try {
      return await lockFolder(folder);
    } catch (error) {
      if (!(error instanceof MaskloomError) || error.code !== "CONFLICT") throw error;
      if (!said) onWait();
      await client.pause(LOOK_AGAIN_MS, signal);
    }
  }
}
