import { mkdtemp, open, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { compareNames } from "./entry-order.ts";

/** What stands in a folder. A link may lead to either. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link";
}

/** Entries that are sorted in memory; a larger folder is sorted on disk in portions of this many. */
const PORTION = 20_000;
/** Read of a portion at a time. */
const BLOCK_BYTES = 32 * 1024;

/**
 * Brings entries that come in any order into the order of names, in memory that does not grow with their number: beyond
 * a portion, sorted portions go to temporary files and are merged as they are read.
 * @param portion entries kept in memory
 */
export async function* sortEntries(
  entries: AsyncIterable<FolderEntry>,
  portion: number = PORTION,
): AsyncGenerator<FolderEntry> {
  let current: FolderEntry[] = [];
  let spill: Spill | null = null;
  try {
    for await (const entry of entries) {
      current.push(entry);
      if (current.length < portion) continue;
      spill ??= await Spill.open();
      await spill.write(current.sort(inOrder));
      current = [];
    }
    current.sort(inOrder);
    if (spill === null) yield* current;
    else {
      await spill.write(current);
      current = [];
      yield* spill.merge();
    }
  } finally {
    await spill?.remove();
  }
}

const inOrder = (a: FolderEntry, b: FolderEntry): number => compareNames(a.name, b.name);

/** Sorted portions in files of their own. */
class Spill {
  readonly #folder: string;
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<Spill> {
    return new Spill(await mkdtemp(path.join(os.tmpdir(), "maskloom-listing-")));
  }

  async write(sorted: readonly FolderEntry[]): Promise<void> {
    const handle = await open(this.#file(this.#count), "w");
    try {
      await handle.writeFile(sorted.map(({ name, kind }) => `${JSON.stringify([name, kind])}\n`).join(""));
    } finally {
      await handle.close();
    }
    this.#count += 1;
  }

  async *merge(): AsyncGenerator<FolderEntry> {
    const heap = new PortionHeap();
    const readers: Portion[] = [];
    try {
      for (let at = 0; at < this.#count; at += 1) {
        const portion = new Portion(await open(this.#file(at)));
        readers.push(portion);
        if (await portion.advance()) heap.push(portion);
      }
      for (let first = heap.first(); first !== undefined; first = heap.first()) {
        yield first.head;
        if (first.hasBuffered() || (await first.advance())) heap.sinkFirst();
        else heap.dropFirst();
      }
    } finally {
      await Promise.all(readers.map((portion) => portion.close()));
    }
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }

  #file(at: number): string {
    return path.join(this.#folder, `${at}.jsonl`);
  }
}

type Handle = Awaited<ReturnType<typeof open>>;

/** Reads a sorted portion entry by entry. */
class Portion {
  head: FolderEntry = { name: "", kind: "file" };
  readonly #handle: Handle;
  readonly #buffer = Buffer.alloc(BLOCK_BYTES);
  #lines: string[] = [];
  #next = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** Takes the next entry where no reading is needed for it. */
  hasBuffered(): boolean {
    const line = this.#lines[this.#next];
    if (line === undefined) return false;
    this.#next += 1;
    const [name, kind] = JSON.parse(line) as [string, FolderEntry["kind"]];
    this.head = { name, kind };
    return true;
  }

  /** @returns false at the end */
  async advance(): Promise<boolean> {
    while (!this.hasBuffered()) {
      const { bytesRead } = await this.#handle.read(this.#buffer, 0, BLOCK_BYTES);
      if (bytesRead === 0) return false;
      const block = Buffer.concat([this.#rest, this.#buffer.subarray(0, bytesRead)]);
      const end = block.lastIndexOf(10) + 1;
      this.#lines = block.toString("utf8", 0, end).split("\n").slice(0, -1);
      this.#rest = block.subarray(end);
      this.#next = 0;
    }
    return true;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** The portions by their next entry, the first one on top: a binary heap. */
class PortionHeap {
  readonly #items: Portion[] = [];

  first(): Portion | undefined {
    return this.#items[0];
  }

  push(portion: Portion): void {
    const items = this.#items;
    items.push(portion);
    for (let at = items.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfAfter(parent, at)) return;
      at = parent;
    }
  }

  dropFirst(): void {
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return;
    this.#items[0] = last;
    this.sinkFirst();
  }

  /** After the first one's entry has changed. */
  sinkFirst(): void {
    for (let at = 0; ; ) {
      const left = at * 2 + 1;
      const smaller = this.#isAfter(left, left + 1) ? left + 1 : left;
      if (!this.#swapIfAfter(at, smaller)) return;
      at = smaller;
    }
  }

  #isAfter(a: number, b: number): boolean {
    const [one, other] = [this.#items[a], this.#items[b]];
    return one !== undefined && other !== undefined && inOrder(one.head, other.head) > 0;
  }

  #swapIfAfter(a: number, b: number): boolean {
    if (!this.#isAfter(a, b)) return false;
    const [one, other] = [this.#items[a], this.#items[b]];
    if (one === undefined || other === undefined) return false;
    this.#items[a] = other;
    this.#items[b] = one;
    return true;
  }
}
