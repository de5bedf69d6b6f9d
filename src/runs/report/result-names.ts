import path from "node:path";

/** Names of files in an archive: each is given once, whatever the case of its letters, and none leads out of it. */
export class ResultNames {
  readonly #taken = new Set<string>();

  /** The picture's own bytes under its own name. */
  same(file: string): string {
    return this.#take(plain(file));
  }

  /** A result as PNG, called like its picture: a.png, or a.jpg.png where that is taken. @param role of a named output */
  png(file: string, role: readonly string[] = []): string {
    const { dir, name, ext } = path.posix.parse(plain(file));
    const stem = path.posix.join(dir, [name, ...role].join("."));
    const full = path.posix.join(dir, [name + ext, ...role].join("."));
    return this.#take(`${stem}.png`, `${full}.png`);
  }

  #take(wanted: string, otherwise = wanted): string {
    const free =
      [wanted, otherwise].find((name) => !this.#taken.has(keyOf(name))) ?? this.#numbered(otherwise);
    this.#taken.add(keyOf(free));
    return free;
  }

  #numbered(name: string): string {
    const { dir, name: stem, ext } = path.posix.parse(name);
    for (let number = 2; ; number += 1) {
      const numbered = path.posix.join(dir, `${stem} (${number})${ext}`);
      if (!this.#taken.has(keyOf(numbered))) return numbered;
    }
  }
}

const keyOf = (name: string): string => name.normalize("NFC").toLowerCase();

function plain(file: string): string {
  const parts = file.replaceAll("\\", "_").split("/");
  return parts.filter((part) => part !== "" && part !== "." && part !== "..").join("/") || "image";
}
