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

function formatFieldPath(path: FieldPath): string {
  return path
    .map((part, place) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[A-Za-z_][\w-]*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return place === 0 ? part : `.${part}`;
    })
    .join("");
}

const MOST_LINES = 100;

/** A text with more faults than this is no attempt at a workflow; the rest is not looked for. */
const MOST_FAULTS = 1000;

/** One line a fault, `file:line:column path: what`, the places padded so that the paths stand below each other. */
export function formatFaults(file: string, faults: readonly Fault[]): string {
  const said = faults.slice(0, MOST_LINES);
  const places = said.map(({ line, column }) => `${file}:${line}:${column}`);
  const width = Math.max(...places.map((place) => place.length));
  const lines = said.map(({ path, message }, index) => {
    const what = path === "" ? message : `${path}: ${message}`;
    return `${(places[index] ?? "").padEnd(width)} ${what}`;
  });
  const rest = faults.length - said.length;
  return [...lines, ...(rest > 0 ? [`… and ${rest} more.`] : [])].join("\n");
}

/** Collects the faults of one source text, in whatever order they are found; of a place and field only the first. */
export class FaultList {
  readonly #source: string;
  readonly #lines: LineCounter;
  readonly #places: Places;
  readonly #faults = new Map<string, Fault>();
  readonly #paths = new Set<string>();
  readonly #texts = new Map<string, string>();

  constructor(source: string, lines: LineCounter, places: Places) {
    this.#source = source;
    this.#lines = lines;
    this.#places = places;
  }

  /** A fault of the value at `path`; `index` = the character of that text it stands at. */
  add(path: FieldPath, message: string, index?: number): void {
    if (this.#faults.size >= MOST_FAULTS) return;
    const place = this.#nearest(path);
    this.addAt(index === undefined ? place.start : this.#within(place, path, index), path, message);
  }

  /** A fault of the field's name itself, such as one that nobody knows. */
  addToKey(path: FieldPath, message: string): void {
    this.addAt(this.#nearest(path).key, path, message);
  }

  addAt(offset: number, path: FieldPath, message: string): void {
    const fault = this.#faultAt(offset, path, message);
    const place = `${fault.line}:${fault.column}:${fault.path}`;
    if (this.#faults.size >= MOST_FAULTS || this.#faults.has(place)) return;
    this.#faults.set(place, fault);
    this.#paths.add(fault.path);
  }

  /** The fault that `add` would add, without adding it. */
  faultOf(path: FieldPath, message: string): Fault {
    return this.#faultAt(this.#nearest(path).start, path, message);
  }

  /** Whether something is already said about the value at `path`. */
  has(path: FieldPath): boolean {
    return this.#paths.has(formatFieldPath(path));
  }

  get count(): number {
    return this.#faults.size;
  }

  /** In the order of the file. */
  sorted(): readonly Fault[] {
    return [...this.#faults.values()].sort((a, b) => a.line - b.line || a.column - b.column);
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
