import path from "node:path";
import { MaskloomError } from "../../errors.ts";

/** Extensions that are named; the others are counted together. */
const MOST_NAMED = 4;
/** Extensions that are counted apart: names such as scan.0001 have as many as there are files. */
const MOST_KINDS = 100;

/** Files of folders whose names are no pictures', counted by extension: that 300 of them are .heic must not go unnoticed. */
export class LeftOut {
  readonly #kinds = new Map<string, number>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(file: string): void {
    const extension = path.extname(file).toLowerCase();
    const kind = this.#kinds.has(extension) || this.#kinds.size < MOST_KINDS ? extension : "";
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    this.#count += 1;
  }

  /** Such as `12 files with other extensions (10 .heic, 1 .mov, 1 other)`. */
  describe(): string {
    const named = [...this.#kinds]
      .filter(([kind]) => kind !== "")
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_NAMED);
    const others = this.#count - named.reduce((sum, [, count]) => sum + count, 0);
    const parts = named.map(([kind, count]) => `${count} ${kind}`);
    if (others > 0) parts.push(`${others} other${others === 1 ? "" : "s"}`);
    const files =
      this.#count === 1 ? "1 file with another extension" : `${this.#count} files with other extensions`;
    return `${files} (${parts.join(", ")})`;
  }
}

/** Of a command whose arguments lead to no picture. */
export function noPictures(args: readonly string[], leftOut: LeftOut): MaskloomError {
  const seen = leftOut.count === 0 ? "nothing" : leftOut.describe();
  return new MaskloomError(
    "INPUT_MISSING",
    `${args.join(", ")}: expected at least one .png, .jpg, .jpeg or .webp, found ${seen}`,
  );
}
