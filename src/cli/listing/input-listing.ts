import path from "node:path";
import { MaskloomError } from "../../errors.ts";
import { commonFolder, isInside } from "../paths.ts";
import { foldName, isImageName, stemOf } from "./entry-order.ts";
import { diskTree, type FileTree } from "./file-tree.ts";
import { covers, openSource, type Source } from "./source.ts";
import { walkFolder } from "./walk.ts";

export interface InputFile {
  /** Absolute, or an address in S3. */
  readonly path: string;
  /** As the user wrote it, or as it follows from the folder that the user wrote. */
  readonly given: string;
  /** With `/`, relative to the deepest folder that holds everything that was given. */
  readonly name: string;
}

export interface ListedFile extends InputFile {
  /** Null, or why there is no picture: what was named but is not there, and folders that may not be read. */
  readonly problem: MaskloomError | null;
  /** Base names of the other inputs in its folder that differ from it only in a picture's extension, or in case. */
  readonly twins: () => Promise<readonly string[]>;
}

/**
 * Files, folders (walked; hidden files and `except` left out) and globs. Nothing is kept of what is listed: a folder of
 * a million files takes no more memory than one of a thousand, and each listing looks at the disk anew.
 */
export interface InputListing {
  /** The folder that names are relative to; absolute, or an address in S3. */
  readonly root: string;
  /** Whether a file, by absolute path or address, is one of those that are listed. */
  has(file: string): Promise<boolean>;
  /** Whether it is, or would be if it were there. */
  covers(file: string): boolean;
  /** In a stable order, each file once. @param onIgnored told of each file in a folder, by absolute path, that has no extension of an image */
  list(onIgnored?: (file: string) => void): AsyncGenerator<ListedFile>;
}

/**
 * @param except the folder of results, where it is in the same tree
 * @throws INPUT_INVALID where that is one of the inputs
 */
export async function openInputListing(
  arguments_: readonly string[],
  except?: string,
  tree: FileTree = diskTree,
): Promise<InputListing> {
  const left = except === undefined ? null : await tree.leadsTo(tree.pathOf(except));
  const sources: Source[] = [];
  for (const argument of arguments_) sources.push(await openSource(argument, left, tree));
  return new Listing(sources, left, tree);
}

class Listing implements InputListing {
  readonly #root: string;
  readonly #sources: readonly Source[];
  readonly #except: string | null;
  readonly #tree: FileTree;
  /** Files named by themselves by their folder and folded stem, with all inputs of that stem. */
  readonly #twins = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();
  readonly #files: ReadonlyMap<string, number>;
  /** Those that are not files named by themselves: few, however many pictures a shell has made of a star. */
  readonly #walked: readonly { readonly source: Source; readonly at: number }[];

  constructor(sources: readonly Source[], except: string | null, tree: FileTree) {
    this.#root = commonFolder([...new Set(sources.map((source) => source.root))]);
    this.#tree = tree;
    this.#sources = sources;
    this.#except = except;
    this.#walked = sources.flatMap((source, at) => (source.file === null ? [{ source, at }] : []));
    const files = new Map<string, number>();
    for (const [at, { file }] of sources.entries())
      if (file !== null && !files.has(file)) files.set(file, at);
    this.#files = files;
  }

  get root(): string {
    return this.#tree.addressOf(this.#root);
  }

  async has(address: string): Promise<boolean> {
    return this.covers(address) && this.#tree.exists(this.#tree.pathOf(address));
  }

  covers(address: string): boolean {
    return this.#firstCovering(this.#tree.pathOf(address)) !== null;
  }

  async *list(onIgnored: (file: string) => void = () => undefined): AsyncGenerator<ListedFile> {
    const unreadable = new Set<string>();
    for (const [at, source] of this.#sources.entries()) {
      if (source.file === null) yield* this.#walk(source, at, onIgnored, unreadable);
      else if (this.#lists(source.file, at, source.problem)) {
        const { file, problem } = source;
        yield { ...this.#named(file, source), problem, twins: () => this.#twinsOf(file) };
      }
    }
  }

  /** Whether a file named by itself is listed for this argument, and not for an earlier one. */
  #lists(file: string, at: number, problem: MaskloomError | null): boolean {
    return this.#files.get(file) === at && (problem !== null || this.#firstCovering(file) === at);
  }

  /** Which argument lists a file. */
  #firstCovering(file: string): number | null {
    const own = this.#files.get(file);
    const isThere = own !== undefined && this.#sources[own]?.problem === null;
    for (const { source, at } of this.#walked) {
      if (isThere && own < at) return own;
      if (covers(source, file) && !this.#isLeftOut(file, source)) return at;
    }
    return isThere ? own : null;
  }

  /** What lies among the results, unless the folder that was asked for lies there itself: `run … photos --out .` */
  #isLeftOut(file: string, { root }: Source): boolean {
    const results = this.#except;
    if (results === null || !isInside(file, results)) return false;
    return root === results || !isInside(root, results);
  }

  async *#walk(
    source: Source,
    at: number,
    onIgnored: (file: string) => void,
    unreadable: Set<string>,
  ): AsyncGenerator<ListedFile> {
    let reached = 0;
    const takes = (file: string): boolean => {
      const own = source.reaches(file);
      if (own) reached += 1;
      if (own && !isImageName(file) && !this.#files.has(file)) onIgnored(file);
      return this.#firstCovering(file) !== null;
    };
    const descends = (folder: string) => source.descends(folder);
    const options = { takes, descends, except: this.#except, tree: this.#tree };
    for await (const entry of walkFolder(source.root, options)) {
      if (entry.kind === "unreadable") {
        if (unreadable.has(entry.path)) continue;
        unreadable.add(entry.path);
        reached += 1;
        yield { ...this.#named(entry.path, source), problem: entry.error, twins: noTwins };
        continue;
      }
      const names = entry.paths.map((file) => path.basename(file));
      for (const file of entry.paths) {
        if (this.#firstCovering(file) !== at) continue;
        const twins = names.filter((name) => name !== path.basename(file));
        yield { ...this.#named(file, source), problem: null, twins: async () => twins };
      }
    }
    if (reached > 0 || !source.isGlob) return;
    const error = new MaskloomError("INPUT_MISSING", "expected a glob that matches files; it matches none");
    const file = path.join(source.root, source.given.split("/").at(-1) ?? "");
    yield { ...this.#named(file, source), given: source.given, problem: error, twins: noTwins };
  }

  /** Of a file that was named by itself: its folder is looked through once for all such files in it. */
  async #twinsOf(file: string): Promise<readonly string[]> {
    const folder = path.dirname(file);
    const known = this.#twins.get(folder) ?? this.#findTwins(folder);
    this.#twins.set(folder, known);
    const name = path.basename(file);
    const all = (await known).get(foldName(stemOf(name))) ?? [];
    return all.filter((other) => other !== name);
  }

  async #findTwins(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, string[]>();
    for (const file of this.#files.keys())
      if (path.dirname(file) === folder) found.set(foldName(stemOf(path.basename(file))), []);
    try {
      for await (const { name } of this.#tree.entries(folder)) {
        const twins = found.get(foldName(stemOf(name)));
        if (twins !== undefined && this.#firstCovering(path.join(folder, name)) !== null) twins.push(name);
      }
    } catch {
      // whoever reads its files says what is wrong with it
    }
    return found;
  }

  #named(file: string, source: Source): InputFile {
    const name = path.relative(this.#root, file).split(path.sep).join("/");
    return { path: this.#tree.addressOf(file), given: source.show(file), name };
  }
}

const noTwins = async (): Promise<readonly string[]> => [];
