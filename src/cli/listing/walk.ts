import path from "node:path";
import { MaskloomError } from "../../errors.ts";
import { foldName, stemOf } from "./entry-order.ts";
import { diskTree, type FileTree } from "./file-tree.ts";
import { nameNotUtf8 } from "./name-not-utf8.ts";
import { type FolderEntry, sortEntries } from "./sorted-spill.ts";

export interface WalkOptions {
  /** Whether a file is wanted, by absolute path. Asked once for each, in any order. */
  readonly takes: (file: string) => boolean;
  readonly descends: (folder: string) => boolean;
  /** Real path of a folder that is left out. */
  readonly except: string | null;
  /** Default: this machine's. */
  readonly tree?: FileTree;
}

export type WalkedEntry =
  /** Files of a folder whose names differ only in a picture's extension. */
  | { readonly kind: "files"; readonly paths: readonly string[] }
  /** A folder that cannot be read. */
  | { readonly kind: "unreadable"; readonly path: string; readonly error: MaskloomError };

/**
 * The wanted files below a folder in the order in which a person counts, however many they are. Links are followed, each
 * folder once, so that a loop of links ends.
 */
export async function* walkFolder(root: string, options: WalkOptions): AsyncGenerator<WalkedEntry> {
  yield* walk(root, options, new Set());
}

async function* walk(folder: string, options: WalkOptions, seen: Set<string>): AsyncGenerator<WalkedEntry> {
  let group: string[] = [];
  let stem = "";
  try {
    const real = await (options.tree ?? diskTree).realFolder(folder);
    if (seen.has(real) || real === options.except) return;
    seen.add(real);
    for await (const { name, kind } of wantedEntries(folder, options)) {
      const own = kind === "file" ? foldName(stemOf(name)) : "";
      if (own !== stem && group.length > 0) {
        yield { kind: "files", paths: group };
        group = [];
      }
      stem = own;
      if (kind === "file") group.push(path.join(folder, name));
      else yield* walk(path.join(folder, name), options, seen);
    }
    if (group.length > 0) yield { kind: "files", paths: group };
  } catch (error) {
    if (group.length > 0) yield { kind: "files", paths: group };
    const reason = nameNotUtf8(folder) ?? (error instanceof Error ? error.message : String(error));
    const unreadable = new MaskloomError("INPUT_MISSING", `expected a folder that can be read: ${reason}`);
    yield { kind: "unreadable", path: folder, error: unreadable };
  }
}

/** In order; links by what they lead to. */
async function* wantedEntries(folder: string, options: WalkOptions): AsyncGenerator<FolderEntry> {
  for await (const entry of sortEntries(readEntries(folder, options))) {
    const file = path.join(folder, entry.name);
    const kind = entry.kind === "link" ? await (options.tree ?? diskTree).behind(file) : null;
    if (entry.kind !== "link") yield entry;
    else if (kind === "file" && options.takes(file)) yield { name: entry.name, kind };
    else if (kind === "folder" && options.descends(file)) yield { name: entry.name, kind };
  }
}

async function* readEntries(
  folder: string,
  { takes, descends, tree = diskTree }: WalkOptions,
): AsyncGenerator<FolderEntry> {
  for await (const entry of tree.entries(folder)) {
    const file = path.join(folder, entry.name);
    if (entry.kind === "link" || (entry.kind === "file" ? takes(file) : descends(file))) yield entry;
  }
}
