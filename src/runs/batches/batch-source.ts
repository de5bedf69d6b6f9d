import path from "node:path";
import { type ArtifactUUID, newRunUUID } from "../../contracts/ids.ts";
import { type ErrorRecord, MaskloomError } from "../../errors.ts";
import type { FeedItem } from "../../store/batch-feeds.ts";
import { composed } from "./inputs-table.ts";

/** An upload that was stored, or why it could not be. */
export type Upload =
  | { readonly name: string; readonly digest: string; readonly artifact: ArtifactUUID }
  | { readonly name: string; readonly digest: string; readonly error: ErrorRecord };

export type BatchSource =
  | { readonly folder: string; readonly recursive: boolean }
  | { readonly urls: readonly (string | { readonly url: string; readonly file: string })[] }
  | { readonly pictures: readonly { readonly image: ArtifactUUID; readonly file: string }[] }
  | { readonly uploads: readonly Upload[] };

/** A picture under the name that it was given, or else under one that is free. */
interface Wanted {
  readonly name: string;
  readonly isGiven: boolean;
  readonly source: FeedItem["source"];
}

/** @throws INPUT_INVALID where two pictures were given the same name */
export function itemsOf(source: Exclude<BatchSource, { folder: string }>): FeedItem[] {
  const wanted = wantedOf(source);
  const names = new Set<string>();
  for (const { name, isGiven } of wanted) {
    if (!isGiven) continue;
    if (names.has(composed(name)))
      throw new MaskloomError("INPUT_INVALID", `pictures: expected each name once, got ${name} twice`);
    names.add(composed(name));
  }
  return wanted.map(({ name, isGiven, source: from }) => {
    const file = isGiven ? name : freeName(name, names);
    names.add(composed(file));
    return { file, runUUID: newRunUUID(), source: from };
  });
}

function wantedOf(source: Exclude<BatchSource, { folder: string }>): Wanted[] {
  if ("urls" in source) {
    return source.urls.map((entry) => {
      const { url, file } = typeof entry === "string" ? { url: entry, file: undefined } : entry;
      return { name: file ?? nameOfUrl(url), isGiven: file !== undefined, source: { url } };
    });
  }
  if ("pictures" in source) {
    return source.pictures.map(({ image, file }) => ({
      name: file,
      isGiven: false,
      source: { artifact: image },
    }));
  }
  return source.uploads.map((upload) => ({
    name: upload.name,
    isGiven: false,
    source: "artifact" in upload ? { artifact: upload.artifact } : { error: upload.error },
  }));
}

/** The last part of the path: what a browser would save it as. */
function nameOfUrl(url: string): string {
  const last = new URL(url).pathname.split("/").findLast((part) => part !== "") ?? "image";
  try {
    return plainName(decodeURIComponent(last));
  } catch {
    return plainName(last);
  }
}

export function plainName(name: string): string {
  const plain = name
    .replace(/[\p{Cc}/\\]/gu, "_")
    .replace(/^\.+/, "_")
    .slice(0, 200);
  return plain === "" ? "image" : plain;
}

/** a.png, a (2).png, a (3).png … @param taken as names are compared */
function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(composed(name))) return name;
  const { dir, name: stem, ext } = path.posix.parse(name);
  for (let number = 2; ; number += 1) {
    const free = path.posix.join(dir, `${stem} (${number})${ext}`);
    if (!taken.has(composed(free))) return free;
  }
}
