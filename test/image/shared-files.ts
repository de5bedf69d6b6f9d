import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PHOTOS = fileURLToPath(new URL("../../../shared/photos/", import.meta.url));

/** Photos beside the repository; tests that need them are skipped by name where they are absent. */
export const hasPhotos = existsSync(PHOTOS);

export const photoNames = (): string[] =>
  hasPhotos ? readdirSync(PHOTOS).filter((name) => name.endsWith(".jpg")) : [];

export const readPhoto = (name: string): Uint8Array => readFileSync(`${PHOTOS}${name}`);
