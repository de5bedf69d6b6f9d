/* Where the steps of a text are, also while it is being typed and cannot be read as a whole. */

const ID = /^(\s*(?:-\s*)?(?:\{.*?)?\bid:\s*)["']?([A-Za-z]\w*)/;

/** Line and column, from 1, at which a step says its id; null where none does. */
export function placeOfStep(
  text: string,
  id: string,
): { readonly line: number; readonly column: number } | null {
  for (const [row, line] of text.split("\n").entries()) {
    const [, before = "", found] = ID.exec(line) ?? [];
    if (found === id) return { line: row + 1, column: before.length + 1 };
  }
  return null;
}

/** Id of the step that a character belongs to; null above the steps and below them. */
export function stepAt(text: string, offset: number): string | null {
  const lines = text.split("\n");
  const row = text.slice(0, offset).split("\n").length - 1;
  for (let at = row; at >= 0; at -= 1) {
    const line = lines[at] ?? "";
    if (/^[\w$]/.test(line)) return null;
    const isItem = /^\s*-\s/.test(line);
    const own = ID.exec(line)?.[2];
    if (own !== undefined) return own;
    /* The id need not be the first thing that a step says. */
    if (isItem) {
      const below = idBelow(lines, at);
      if (below !== null) return below;
    }
  }
  return null;
}

function idBelow(lines: readonly string[], item: number): string | null {
  const indent = (lines[item] ?? "").search(/[^\s-]/);
  for (const line of lines.slice(item + 1)) {
    if (line.trim() !== "" && line.search(/\S/) < indent) return null;
    if (line.search(/\S/) === indent) {
      const id = ID.exec(line)?.[2];
      if (id !== undefined) return id;
    }
  }
  return null;
}
