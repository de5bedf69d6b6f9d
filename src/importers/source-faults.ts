import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { JsonValue } from "../contracts/json.ts";
import { type Fault, type FieldPath, formatFaults } from "../engine/language/faults.ts";
import { MaskloomError } from "../errors.ts";

/** Something wrong with the value, or the name, at `path` of a source. */
export interface SourceFault {
  readonly path: FieldPath;
  readonly message: string;
  readonly of?: "name" | "value";
}

/** What is imported: its text, and the name that messages begin with. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** @throws INPUT_INVALID with one line for each fault, `file:line:column path: what`, as soon as there is one */
export function refuseFaults(source: SourceText, faults: readonly SourceFault[]): void {
  if (faults.length > 0)
    throw new MaskloomError("INPUT_INVALID", formatFaults(source.file, placed(source, faults)));
}

/** JSON as data. @throws INPUT_INVALID with line and column of what is no JSON */
export function readJson({ file, text }: SourceText): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    const lines = new LineCounter();
    const { errors } = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const { line, col } = lines.linePos(errors[0]?.pos[0] ?? 0);
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError(
      "INPUT_INVALID",
      `${file}:${Math.max(1, line)}:${Math.max(1, col)} expected JSON: ${reason}`,
      {
        cause: error,
      },
    );
  }
}

/** As Python writes it: NaN and Infinity, which JSON has not, are null. */
function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    if (!/[[:,]\s*-?(?:NaN|Infinity)\b/.test(text)) throw error;
    return JSON.parse(text.replace(/([[:,]\s*)-?(?:NaN|Infinity)\b/g, "$1null")) as JsonValue;
  }
}

/** The text is read a second time, as YAML with positions: only where something is wrong. */
function placed({ text }: SourceText, faults: readonly SourceFault[]): Fault[] {
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: lines, uniqueKeys: false, logLevel: "silent" });
  return faults
    .map(({ path, message, of }) => {
      const { line, col } = lines.linePos(offsetOf(contents, path, of === "name"));
      return { line: Math.max(1, line), column: Math.max(1, col), path: pathText(path), message };
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Where the value at `path` begins, or its name; of what is not there, where the record that lacks it begins. */
function offsetOf(root: unknown, path: FieldPath, ofName: boolean): number {
  let node = root;
  let offset = startOf(root);
  for (const [depth, part] of path.entries()) {
    let next: unknown;
    let name: unknown;
    if (isSeq(node)) next = typeof part === "number" ? node.items[part] : undefined;
    else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      [name, next] = [pair?.key, pair?.value];
    }
    if (next === undefined) return offset;
    offset = startOf(ofName && depth === path.length - 1 ? name : next);
    node = next;
  }
  return offset;
}

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

/** `args[2].ad_model`, counted from 0 as in JSON; ids of nodes in brackets. */
export function pathText(path: FieldPath): string {
  return path
    .map((part) => (typeof part === "number" || /^\d/.test(part) ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}
