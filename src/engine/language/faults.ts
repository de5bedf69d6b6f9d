import type { LineCounter } from "yaml";

/** Where something stands in a workflow: field names, and list places counted from 0 as in JSON. */
export type FieldPath = readonly (string | number)[];

/** One fault of a workflow file; line and column count from 1. */
export interface Fault {
  readonly line: number;
  readonly column: number;
  /** Such as `steps[1].maskImage`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Offsets into the source of a field's name and of its value. */
export interface Place {
  readonly key: number;
  readonly start: number;
  readonly end: number;
}

export type Places = ReadonlyMap<string, Place>;

export const placeKey = (path: FieldPath): string => JSON.stringify(path);

export function formatFieldPath(path: FieldPath): string {
  return path
    .map((part, place) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[A-Za-z_][\w-]*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return place === 0 ? part : `.${part}`;
    })
    .join("");
}

/** One line a fault, `file:line:column path: what`, the places padded so that the paths stand below each other. */
export function formatFaults(file: string, faults: readonly Fault[]): string {
  const places = faults.map(({ line, column }) => `${file}:${line}:${column}`);
  const width = Math.max(...places.map((place) => place.length));
  return faults
    .map(({ path, message }, index) => {
      const what = path === "" ? message : `${path}: ${message}`;
      return `${(places[index] ?? "").padEnd(width)} ${what}`;
    })
    .join("\n");
}

/** Collects the faults of one source text, in whatever order they are found. */
export class FaultList {
  readonly #source: string;
  readonly #lines: LineCounter;
  readonly #places: Places;
  readonly #faults: Fault[] = [];
  readonly #texts = new Map<string, string>();

  constructor(source: string, lines: LineCounter, places: Places) {
    this.#source = source;
    this.#lines = lines;
    this.#places = places;
  }

  /** A fault of the value at `path`; `index` = the character of that text it stands at. */
  add(path: FieldPath, message: string, index?: number): void {
    const place = this.#nearest(path);
    this.addAt(index === undefined ? place.start : this.#within(place, path, index), path, message);
  }

  /** A fault of the field's name itself, such as one that nobody knows. */
  addToKey(path: FieldPath, message: string): void {
    this.addAt(this.#nearest(path).key, path, message);
  }

  addAt(offset: number, path: FieldPath, message: string): void {
    this.#faults.push(this.#faultAt(offset, path, message));
  }

  /** The fault that `add` would add, without adding it. */
  faultOf(path: FieldPath, message: string): Fault {
    return this.#faultAt(this.#nearest(path).start, path, message);
  }

  /** Whether something is already said about the value at `path`. */
  has(path: FieldPath): boolean {
    const formatted = formatFieldPath(path);
    return this.#faults.some((fault) => fault.path === formatted);
  }

  get count(): number {
    return this.#faults.length;
  }

  /** One fault a place, in the order of the file. */
  sorted(): readonly Fault[] {
    const first = new Map<string, Fault>();
    for (const fault of this.#faults) {
      const key = `${fault.line}:${fault.column}:${fault.path}`;
      if (!first.has(key)) first.set(key, fault);
    }
    return [...first.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  }

  #faultAt(offset: number, path: FieldPath, message: string): Fault {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), path: formatFieldPath(path), message };
  }

  #nearest(path: FieldPath): Place {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#places.get(placeKey(path.slice(0, length)));
      if (place) return place;
    }
    return { key: 0, start: 0, end: 0 };
  }

  /** Offset of a character of a text. In folded and escaped texts, of the expression it belongs to. */
  #within(place: Place, path: FieldPath, index: number): number {
    const raw = this.#source.slice(place.start, place.end);
    const value = this.#texts.get(placeKey(path)) ?? "";
    const verbatim = raw.indexOf(value);
    if (verbatim >= 0) return place.start + verbatim + index;
    let offset = -1;
    const opened = value.slice(0, index + 1).split("${").length - 1;
    for (let count = 0; count < opened; count++) offset = raw.indexOf("${", offset + 1);
    return place.start + Math.max(offset, 0);
  }

  /** Tells the list what a text's value is, so that an index into it can be found in the source. */
  rememberText(path: FieldPath, text: string): void {
    this.#texts.set(placeKey(path), text);
  }
}
