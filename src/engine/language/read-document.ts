import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { JsonValue } from "../../contracts/json.ts";
import { FaultList, type FieldPath, type Place, placeKey } from "./faults.ts";
import { describeValue } from "./value.ts";

/** What a workflow file may be at most; aliases count as often as they are used. */
const MAX_CHARACTERS = 256 * 1024;
const MAX_VALUES = 20_000;
const MAX_DEPTH = 40;

export interface SourceDocument {
  readonly value: JsonValue;
  readonly faults: FaultList;
  /** False where the text could not be read, so that nothing can be said about its fields. */
  readonly readable: boolean;
}

/**
 * YAML 1.2 or JSON text as data, with where each field stands. Faults of the text itself (syntax, a field written
 * twice, an alias bomb, what JSON cannot hold) are collected, never thrown.
 */
export function readDocument(text: string): SourceDocument {
  const lines = new LineCounter();
  const places = new Map<string, Place>();
  const faults = new FaultList(text, lines, places);
  if (text.length > MAX_CHARACTERS) {
    lines.addNewLine(0);
    faults.addAt(0, [], `expected at most ${MAX_CHARACTERS} characters, received ${text.length}.`);
    return { value: null, faults, readable: false };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: "core",
    uniqueKeys: false,
    prettyErrors: false,
  });
  const [error] = [...document.errors, ...document.warnings];
  if (error) {
    faults.addAt(
      error.pos[0],
      [],
      `${syntaxFault(error.code, error.message, text)}${quoteHint(text, error.pos[0])}`,
    );
    return { value: null, faults, readable: false };
  }
  const reader = new Reader(places, faults);
  return { value: reader.read(document.contents, [], 0), faults, readable: !reader.gaveUp };
}

/** Turns the library's tree into plain data, noting places; gives up where the tree is a bomb. */
class Reader {
  readonly #anchors = new Map<string, unknown>();
  readonly #places: Map<string, Place>;
  readonly #faults: FaultList;
  #values = 0;
  gaveUp = false;

  constructor(places: Map<string, Place>, faults: FaultList) {
    this.#places = places;
    this.#faults = faults;
  }

  read(node: unknown, path: FieldPath, key: number, depth = 0): JsonValue {
    this.#place(node, path, key);
    if (this.gaveUp) return null;
    if (++this.#values > MAX_VALUES)
      return this.#giveUp(path, `expected at most ${MAX_VALUES} values in a workflow.`);
    if (depth > MAX_DEPTH)
      return this.#giveUp(path, `expected at most ${MAX_DEPTH} levels, or an alias contains itself.`);
    if (isAlias(node)) return this.#alias(node.source, path, key, depth);
    this.#anchor(node, path);
    if (isMap(node)) return this.#map(node.items, path, depth);
    if (isSeq(node)) {
      return node.items.map((item, index) =>
        this.read(item, [...path, index], startOf(item, key), depth + 1),
      );
    }
    if (isScalar(node)) return this.#scalar(node.value, path);
    return null;
  }

  #map(items: readonly { key: unknown; value: unknown }[], path: FieldPath, depth: number): JsonValue {
    const entries = new Map<string, JsonValue>();
    for (const { key, value } of items) {
      const at = startOf(key, 0);
      const name = isScalar(key) ? key.value : undefined;
      if (typeof name !== "string" || name === "__proto__") {
        const received = name === undefined ? "a list or a mapping" : describeValue(name);
        this.#faults.addAt(at, path, `expected a name of a field, received ${received}.`);
        continue;
      }
      if (entries.has(name)) {
        this.#faults.addAt(at, [...path, name], "this field is written twice.");
        continue;
      }
      entries.set(name, this.read(value, [...path, name], at, depth + 1));
    }
    return Object.fromEntries(entries);
  }

  /** Looked up here and not by the library, which searches the whole document for each alias. */
  #alias(name: string, path: FieldPath, key: number, depth: number): JsonValue {
    const target = this.#anchors.get(name);
    if (target !== undefined) return this.read(target, path, key, depth + 1);
    this.#faults.add(path, "this alias has no anchor before it.");
    return null;
  }

  /** An anchor stands for one value: were it given anew, an alias would mean this or that by its place. */
  #anchor(node: unknown, path: FieldPath): void {
    const name = isNode(node) && !isAlias(node) ? node.anchor : undefined;
    if (name === undefined) return;
    const known = this.#anchors.get(name);
    if (known !== undefined && known !== node)
      this.#faults.add(path, `the anchor &${name} is written twice.`);
    else this.#anchors.set(name, node);
  }

  #scalar(value: unknown, path: FieldPath): JsonValue {
    if (typeof value === "string") this.#faults.rememberText(path, value);
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    this.#faults.add(path, "expected a text, a finite number, true, false or null.");
    return null;
  }

  #place(node: unknown, path: FieldPath, key: number): void {
    const start = startOf(node, key);
    const end = hasRange(node) ? node.range[1] : start;
    this.#places.set(placeKey(path), { key, start, end });
  }

  #giveUp(path: FieldPath, message: string): null {
    this.gaveUp = true;
    this.#faults.add(path, message);
    return null;
  }
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}

function startOf(node: unknown, otherwise: number): number {
  return hasRange(node) ? node.range[0] : otherwise;
}

/** The library's codes in our words, for the faults people make; its own words for the rest. */
const SYNTAX: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "indentation is made of spaces, not tabs.",
  MULTIPLE_DOCS: "expected one document in the file, received several.",
  BLOCK_AS_IMPLICIT_KEY: 'a text that contains ": " must be in quotes.',
  TAG_RESOLVE_FAILED: "tags such as !name are not part of the language.",
  RESOURCE_EXHAUSTION: `expected at most ${MAX_DEPTH} levels.`,
};

function syntaxFault(code: string, message: string, text: string): string {
  const language = /^\s*\{/.test(text) ? "neither JSON nor YAML" : "not YAML";
  return SYNTAX[code] ?? `this is ${language}: ${message.replace(/\.$/, "")}.`;
}

/** The commonest fault of all: `{ inputImage: ${inputs.image} }`, where the inner brace ends the text. */
function quoteHint(text: string, offset: number): string {
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset + 1);
  return /\$\{?$/.test(before) ? ' Inside { } and [ ], expressions are written in quotes: "${…}".' : "";
}
