import path from "node:path";
import picomatch from "picomatch";
import { MaskloomError } from "../../errors.ts";
import { isInside, joinPlace } from "../paths.ts";
import { isImageName } from "./entry-order.ts";
import type { FileTree } from "./file-tree.ts";

/** One argument of a command: what it stands for, before anything is listed. */
export interface Source {
  /** Names of its files are relative to this folder, or to one above it. Absolute. */
  readonly root: string;
  /** As the user wrote it. */
  readonly given: string;
  /** The file itself where the argument is one; null = the root is walked. */
  readonly file: string | null;
  readonly isGlob: boolean;
  /** Why it stands for nothing. */
  readonly problem: MaskloomError | null;
  /** Whether a file, by absolute path and whatever its extension, is one that this argument names. Nothing is looked up. */
  reaches(file: string): boolean;
  /** Whether covered files may be inside this folder. */
  descends(folder: string): boolean;
  /** How a file that was found is shown. */
  show(file: string): string;
}

/** Whether a file is a picture that an argument stands for: a file named by itself is one, whatever its extension. */
export function covers(source: Source, file: string): boolean {
  return (source.file !== null || isImageName(file)) && source.reaches(file);
}

/** Folders that hold what Maskloom says about pictures, and no pictures. */
const OWN_FOLDERS: readonly string[] = ["maskloom-report", "maskloom-dry-run"];

/** @param except real path of a folder that is left out */
export async function openSource(argument: string, except: string | null, tree: FileTree): Promise<Source> {
  const absolute = tree.pathOf(argument);
  try {
    if ((await tree.kindOf(absolute)) === "file") return fileSource(argument, absolute, null);
    if ((await tree.leadsTo(absolute)) === except) throw sameFolder(argument);
    return folderSource(argument, absolute);
  } catch (error) {
    if (error instanceof MaskloomError && error.code === "INPUT_INVALID") throw error;
    const pattern = tree.patternOf(argument);
    if (picomatch.scan(pattern).isGlob) return globSource(pattern, argument, tree);
    return fileSource(argument, absolute, await tree.explain(absolute, error));
  }
}

function sameFolder(argument: string): MaskloomError {
  return new MaskloomError(
    "INPUT_INVALID",
    `${argument}: is both the input and the place for results, which would mix them; choose another folder for the results`,
  );
}

function fileSource(given: string, file: string, problem: MaskloomError | null): Source {
  return {
    root: path.dirname(file),
    given,
    file,
    isGlob: false,
    problem,
    reaches: (other) => problem === null && other === file,
    descends: () => false,
    show: () => given,
  };
}

function folderSource(given: string, root: string): Source {
  const isShown = (file: string) =>
    isInside(file, root) && !partsOf(root, file).some((part) => part.startsWith(".") || isOwn(part));
  return {
    root,
    given,
    file: null,
    isGlob: false,
    problem: null,
    reaches: isShown,
    descends: isShown,
    show: (file) => joinPlace(given, path.relative(root, file)),
  };
}

function globSource(pattern: string, given: string, tree: FileTree): Source {
  const { base, glob } = picomatch.scan(pattern);
  const root = path.resolve(base);
  const matches = picomatch(glob);
  const opens = openFolders(glob);
  return {
    root,
    given,
    file: null,
    isGlob: true,
    problem: null,
    reaches: (file) => isInside(file, root) && matches(partsOf(root, file).join("/")),
    descends: (folder) => !partsOf(root, folder).some(isOwn) && opens(partsOf(root, folder)),
    show: (file) => (path.isAbsolute(pattern) ? tree.addressOf(file) : path.relative("", file)),
  };
}

/** Which folders, by their parts, a pattern can have matches in: level by level up to the first globstar. */
function openFolders(glob: string): (parts: readonly string[]) => boolean {
  const levels = glob.split("/");
  /* A brace or a bracket that goes on behind a slash cannot be looked at level by level. */
  if (levels.some((level) => /[{}()]/.test(level))) return (parts) => parts.every((part) => !isHidden(part));
  const star = levels.indexOf("**");
  const fixed = (star < 0 ? levels.slice(0, -1) : levels.slice(0, star)).map((level) => picomatch(level));
  return (parts) =>
    parts.every((part, at) => {
      const matches = fixed[at];
      return matches === undefined ? star >= 0 && !isHidden(part) : matches(part);
    });
}

const isHidden = (part: string): boolean => part.startsWith(".");
const isOwn = (part: string): boolean => OWN_FOLDERS.includes(part);

function partsOf(root: string, file: string): string[] {
  const relative = path.relative(root, file);
  return relative === "" ? [] : relative.split(path.sep);
}
