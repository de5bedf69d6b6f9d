import type { Dir } from "node:fs";
import { opendir } from "node:fs/promises";
import path from "node:path";
import { type ErrorRecord, toErrorRecord } from "../../errors.ts";
import { MEDIA_TYPES } from "../../image/media-types.ts";

/** What a walk meets: a picture by its extension, another file, or a folder that may not be read. */
export type WalkFind =
  | { readonly kind: "picture"; readonly name: string; readonly path: string }
  | { readonly kind: "ignored" }
  | { readonly kind: "unreadable"; readonly name: string; readonly error: ErrorRecord };

const EXTENSIONS: ReadonlySet<string> = new Set(
  [...Object.keys(MEDIA_TYPES), "jpeg"].map((name) => `.${name}`),
);

/**
 * Files below a folder, as the file system hands them out: a million of them need no more memory than a thousand. Hidden
 * ones and links are left out, since a link may lead anywhere. Names are relative, with `/`.
 */
export async function* walkFolder(folder: string, recursive: boolean): AsyncGenerator<WalkFind> {
  const waiting = [""];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    let opened: Dir;
    try {
      opened = await opendir(path.join(folder, name));
    } catch (error) {
      yield { kind: "unreadable", name: name === "" ? "." : name, error: unreadable(error) };
      continue;
    }
    for await (const entry of opened) {
      if (entry.name.startsWith(".")) continue;
      const inner = name === "" ? entry.name : `${name}/${entry.name}`;
      if (entry.isFile()) yield findOf(folder, inner);
      else if (recursive && entry.isDirectory()) waiting.push(inner);
    }
  }
}

/** By extension: what is no picture after all is said to be none when it is read. */
export function isPictureFile(name: string): boolean {
  return EXTENSIONS.has(path.extname(name).toLowerCase());
}

function findOf(folder: string, name: string): WalkFind {
  return isPictureFile(name) ? { kind: "picture", name, path: path.join(folder, name) } : { kind: "ignored" };
}

function unreadable(error: unknown): ErrorRecord {
  return {
    code: "INPUT_MISSING",
    message: `expected a folder that can be read: ${toErrorRecord(error).message}`,
  };
}
