import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import type { FolderList, FolderView } from "../../contracts/batches.ts";
import { checkFolder, realFolders } from "./allowed-folders.ts";
import { isPictureFile } from "./walk-folder.ts";

const MOST_SHOWN = 1_000;

/**
 * The folders that may be read, or those inside of one of them, with how many pictures and folders lie directly in each. Links
 * and hidden ones are left out, as a walk leaves them out.
 * @throws FORBIDDEN, INPUT_MISSING
 */
export async function listFolders(
  allowed: readonly string[],
  wanted: string | undefined,
): Promise<FolderList> {
  const roots = await realFolders(allowed);
  if (wanted === undefined) {
    const folders = await Promise.all(roots.map((root) => viewOf(root, root)));
    return { folder: null, above: [], folders };
  }
  const folder = await checkFolder(wanted, allowed);
  const names = (await entriesOf(folder)).filter(isFolder).map(({ name }) => name);
  const order = new Intl.Collator("en", { numeric: true });
  const shown = names.toSorted(order.compare).slice(0, MOST_SHOWN);
  const folders = await Promise.all(shown.map((name) => viewOf(path.join(folder, name), name)));
  return { folder: await viewOf(folder, path.basename(folder)), above: wayTo(folder, roots), folders };
}

function wayTo(folder: string, roots: readonly string[]): FolderList["above"] {
  /* The innermost one, where one allowed folder lies in another. */
  const [root = folder] = roots
    .filter((one) => folder === one || folder.startsWith(`${one.replace(/[/\\]$/, "")}${path.sep}`))
    .toSorted((a, b) => b.length - a.length);
  const parts = path.relative(root, folder).split(path.sep).filter(Boolean);
  return [
    { path: root, name: root },
    ...parts.map((name, at) => ({ path: path.join(root, ...parts.slice(0, at + 1)), name })),
  ];
}

/** Of one that may not be read nothing is said but its name. */
async function viewOf(folder: string, name: string): Promise<FolderView> {
  const entries = await entriesOf(folder).catch(() => []);
  const pictures = entries.filter((entry) => entry.isFile() && isPictureFile(entry.name)).length;
  return { path: folder, name, pictures, folders: entries.filter(isFolder).length };
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter(({ name }) => !name.startsWith("."));
}

const isFolder = (entry: Dirent): boolean => entry.isDirectory();
