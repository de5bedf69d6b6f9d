import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";

/** Something that is wrong at a place of the text; line and column count from 1. */
export interface Mark {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly severity: "error" | "warning";
}

/** Where a mark is in a text that may have become shorter since. */
export function offsetOf(doc: Text, { line, column }: Pick<Mark, "line" | "column">): number {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(from + column - 1, to);
}

/** From its place to the end of the word there, or of the line where no word begins. */
export function diagnosticOf(doc: Text, mark: Mark): Diagnostic {
  const from = offsetOf(doc, mark);
  const line = doc.lineAt(from);
  const [word = ""] = /^(?:\$\{[^}]*\}?|[^\s,:{}[\]]+)/.exec(doc.sliceString(from, line.to)) ?? [];
  return {
    from,
    to: word === "" ? line.to : from + word.length,
    severity: mark.severity,
    message: mark.message,
  };
}
