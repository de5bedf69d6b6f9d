import { Document, isScalar, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { Commented, type Draft, fieldsOf, isDraftList, isDraftRecord } from "./draft.ts";
import type { Imported, ImportNote } from "./imported.ts";

const HEADINGS: Readonly<Record<ImportNote["kind"], string>> = {
  changed: "Works in another way here:",
  dropped: "Without an equivalent here:",
  hint: "To do:",
};

/** The workflow as a YAML file whose comments say where each value came from, and on top what did not come along. */
export function writeWorkflow({ workflow, notes }: Imported, source: string): string {
  const document = new Document(nodeOf(workflow));
  document.commentBefore = headerOf(notes, source);
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
}

function headerOf(notes: readonly ImportNote[], source: string): string {
  const parts = Object.entries(HEADINGS).flatMap(([kind, heading]) => {
    const lines = notes
      .filter((note) => note.kind === kind)
      .map(({ path, message }) => `- ${path}: ${message}`);
    return lines.length === 0 ? [] : [heading, ...lines];
  });
  return [`Imported from ${source}.`, ...parts].map(commentText).join("\n");
}

/** One line of a comment; what the source wrote may hold line breaks. */
function commentText(text: string): string {
  return ` ${text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ")}`;
}

function nodeOf(draft: Draft): Node {
  if (draft instanceof Commented) {
    const node = nodeOf(draft.value);
    if (isScalar(node) && !isLong(node.value)) node.comment = commentText(draft.comment);
    else node.commentBefore = commentText(draft.comment);
    return node;
  }
  if (isDraftList(draft)) {
    const list = new YAMLSeq();
    list.items = draft.map(nodeOf);
    list.flow = draft.every(isShort);
    return list;
  }
  if (!isDraftRecord(draft)) return scalarOf(draft);
  const map = new YAMLMap();
  map.items = fieldsOf(draft).map(([name, value]) => new Pair(new Scalar(name), nodeOf(value)));
  return map;
}

function scalarOf(value: string | number | boolean | null): Scalar {
  const scalar = new Scalar(value);
  // A block would lose the spaces at its ends, or need marks for them.
  if (typeof value === "string" && isLong(value) && /^\s|\s$|[ \t]$/m.test(value))
    scalar.type = "QUOTE_DOUBLE";
  return scalar;
}

const isShort = (value: Draft): boolean => typeof value === "number" || typeof value === "string";

/** Written as a block, beside which nothing can stand. */
const isLong = (value: unknown): boolean => typeof value === "string" && value.includes("\n");
