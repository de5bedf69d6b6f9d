import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { hasCode, MaskloomError } from "../errors.ts";
import { suggestion } from "../nearest-name.ts";
import { IMAGE_EXTENSIONS } from "./output-names.ts";

export interface InputFile {
  /** Absolute. */
  readonly path: string;
  /** As the user wrote it, or as it follows from the folder that the user wrote. */
  readonly given: string;
  /** With `/`, relative to the deepest folder that holds everything that was given. */
  readonly name: string;
}

interface InputProblem extends InputFile {
  readonly error: MaskloomError;
}

export interface InputFiles {
  readonly files: readonly InputFile[];
  /** What was named but is not there, and folders that may not be read. */
  readonly problems: readonly InputProblem[];
  /** Files in folders that have no extension of an image. */
  readonly ignored: number;
}

/** One argument's finds, before names are given. */
interface Finding {
  readonly root: string;
  readonly files: { path: string; given: string }[];
  readonly problems: { path: string; given: string; error: MaskloomError }[];
  ignored: number;
}

/**
 * Files, folders (walked; hidden files and `except` left out) and globs, in a stable order, each file once. A file named
 * by itself is taken whatever its extension, since the content decides; in folders the extension does.
 */
export async function collectInputFiles(args: readonly string[], except?: string): Promise<InputFiles> {
  const left = except === undefined ? null : await realPath(except);
  const findings: Finding[] = [];
  for (const arg of args) findings.push(await findFiles(arg, left));
  const root = commonFolder(findings.map((finding) => finding.root));
  const named = <T extends { path: string }>(found: T) => ({ ...found, name: nameOf(root, found.path) });
  return {
    files: onceEach(findings.flatMap((finding) => finding.files)).map(named),
    problems: onceEach(findings.flatMap((finding) => finding.problems)).map(named),
    ignored: findings.reduce((sum, finding) => sum + finding.ignored, 0),
  };
}

function onceEach<T extends { readonly path: string }>(found: readonly T[]): T[] {
  const first = new Map<string, T>();
  for (const one of found) if (!first.has(one.path)) first.set(one.path, one);
  return [...first.values()];
}

async function findFiles(arg: string, except: string | null): Promise<Finding> {
  const absolute = path.resolve(arg);
  const beside = emptyFinding(path.dirname(absolute));
  try {
    if ((await stat(absolute)).isDirectory()) {
      const finding = emptyFinding(absolute);
      if ((await realPath(absolute)) === except) throw sameFolder(arg);
      await walk(absolute, arg, except, finding, new Set());
      return finding;
    }
    beside.files.push({ path: absolute, given: arg });
  } catch (error) {
    if (error instanceof MaskloomError) throw error;
    const pattern = arg.split(path.sep).join("/");
    if (isDynamicPattern(pattern)) return findGlob(pattern, except);
    beside.problems.push({ path: absolute, given: arg, error: await missing(absolute, error) });
  }
  return beside;
}

function sameFolder(arg: string): MaskloomError {
  return new MaskloomError(
    "INPUT_INVALID",
    `${arg}: is both the input and the place for results, which would mix them; choose another folder for the results`,
  );
}

/** Where a path that may not exist yet leads, links followed. */
async function realPath(file: string): Promise<string> {
  const absolute = path.resolve(file);
  const parent = path.dirname(absolute);
  try {
    return await realpath(absolute);
  } catch {
    return parent === absolute ? absolute : path.join(await realPath(parent), path.basename(absolute));
  }
}

const emptyFinding = (root: string): Finding => ({ root, files: [], problems: [], ignored: 0 });

async function missing(absolute: string, reason: unknown): Promise<MaskloomError> {
  if (!hasCode(reason, "ENOENT") && !hasCode(reason, "ENOTDIR")) {
    const message = reason instanceof Error ? reason.message : String(reason);
    return new MaskloomError("INPUT_MISSING", `expected a file or folder that can be read: ${message}`);
  }
  const beside = await readdir(path.dirname(absolute)).catch(() => []);
  const hint = suggestion(path.basename(absolute), beside);
  return new MaskloomError("INPUT_MISSING", `expected a file, folder or glob; there is no such file.${hint}`);
}

async function findGlob(pattern: string, except: string | null): Promise<Finding> {
  const parts = pattern.split("/");
  const firstMagic = Math.max(
    0,
    parts.findIndex((part) => isDynamicPattern(part)),
  );
  const fixed = parts.slice(0, firstMagic).join("/");
  const root = path.resolve(fixed === "" && pattern.startsWith("/") ? "/" : fixed);
  const finding = emptyFinding(root);
  const rest = parts.slice(firstMagic).join("/");
  const matches = await glob(rest, { cwd: root, absolute: true, onlyFiles: true, expandDirectories: false });
  for (const match of matches.sort(inOrder)) {
    const file = path.resolve(match);
    if (except !== null && isInside(await realpath(file), except)) continue;
    take(finding, file, path.isAbsolute(pattern) ? file : path.relative("", file));
  }
  if (matches.length === 0) {
    const error = new MaskloomError("INPUT_MISSING", "expected a glob that matches files; it matches none");
    finding.problems.push({ path: path.join(root, parts.at(-1) ?? ""), given: pattern, error });
  }
  return finding;
}

function take(finding: Finding, file: string, given: string): void {
  const extension = path.extname(file).toLowerCase();
  if (IMAGE_EXTENSIONS.some((known) => known === extension)) finding.files.push({ path: file, given });
  else finding.ignored += 1;
}

/** Links are followed, each folder once, so that a loop of links ends. */
async function walk(
  folder: string,
  given: string,
  except: string | null,
  finding: Finding,
  seen: Set<string>,
): Promise<void> {
  const real = await realpath(folder);
  if (seen.has(real) || real === except) return;
  seen.add(real);
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const problem = new MaskloomError("INPUT_MISSING", `expected a folder that can be read: ${reason}`);
    finding.problems.push({ path: folder, given, error: problem });
    return;
  }
  for (const entry of entries.sort((a, b) => inOrder(a.name, b.name))) {
    if (entry.name.startsWith(".")) continue;
    const file = path.join(folder, entry.name);
    const shown = path.join(given, entry.name);
    const kind = entry.isSymbolicLink() ? await stat(file).catch(() => null) : entry;
    if (kind?.isDirectory()) await walk(file, shown, except, finding, seen);
    else if (kind?.isFile()) take(finding, file, shown);
  }
}

const { compare: inOrder } = new Intl.Collator("en", { numeric: true });

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return (
    relative === "" ||
    (!relative.startsWith(`..${path.sep}`) && relative !== ".." && !path.isAbsolute(relative))
  );
}

function commonFolder(folders: readonly string[]): string {
  const [first = process.cwd(), ...others] = folders;
  let common = first;
  while (!others.every((folder) => isInside(folder, common))) {
    const parent = path.dirname(common);
    if (parent === common) break;
    common = parent;
  }
  return common;
}

function nameOf(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join("/");
}
