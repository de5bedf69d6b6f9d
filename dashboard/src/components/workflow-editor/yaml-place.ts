/* Where in a YAML text somebody is typing. Texts that are being typed are seldom valid, so this reads lines and their
   indentation instead of parsing: block style at any depth, and braces that are open on the line. */

/** One level of the way from the document to a place. */
export interface Frame {
  /** Name of a field; null = an item of a list. */
  readonly key: string | null;
  /** What stands beside it: fields of the same mapping, with their values as far as they stand on one line. */
  readonly siblings: ReadonlyMap<string, string>;
}

export interface YamlPlace {
  /** From the document inwards: the fields and items that enclose the place. */
  readonly frames: readonly Frame[];
  /** Fields of the mapping in which is typed. */
  readonly siblings: ReadonlyMap<string, string>;
  /** The field whose value is typed; null where a name is typed. */
  readonly key: string | null;
  /** What is typed of the name or the value so far, and where it begins. */
  readonly typed: string;
  readonly from: number;
}

interface Line {
  /** Column of the content, behind dashes. */
  readonly indent: number;
  /** Column of the last dash; null where there is none. */
  readonly dash: number | null;
  readonly key: string | null;
  readonly value: string;
}

const ENTRY = /^(?:"([^"]*)"|'([^']*)'|([\w$-]+))\s*:(?:\s+(.*))?$/;

function readLine(text: string): Line | null {
  const [, space = "", dashes = "", content = ""] = /^(\s*)((?:- +|-$)*)(.*)$/.exec(text) ?? [];
  if (dashes === "" && (content === "" || content.startsWith("#"))) return null;
  const [, one, other, plain, value = ""] = ENTRY.exec(content) ?? [];
  return {
    indent: space.length + dashes.length,
    dash: dashes === "" ? null : space.length + dashes.lastIndexOf("-"),
    key: one ?? other ?? plain ?? null,
    value: value.replace(/\s+#.*$/, "").trim(),
  };
}

/** @param offset of the cursor, in characters */
export function placeAt(text: string, offset: number): YamlPlace {
  const before = text.slice(0, offset).split("\n");
  const row = before.length - 1;
  const typedLine = before[row] ?? "";
  const lines = text.split("\n").map(readLine);
  const own = readLine(typedLine.endsWith(" ") ? typedLine : `${typedLine}`);
  const indent = own?.indent ?? typedLine.length;
  const flow = flowAt(typedLine.slice(indent));
  const block = blockAt(lines, row, indent, own?.dash ?? null);
  if (flow === null) return { ...block, ...typedIn(typedLine, indent, offset) };
  const outer: Frame[] = flow.key === null ? [] : [{ key: flow.key, siblings: block.siblings }];
  return {
    frames: [...block.frames, ...outer],
    siblings: flow.siblings,
    key: flow.typedKey,
    typed: flow.typed,
    from: offset - flow.typed.length,
  };
}

/** A name, or what comes after `name: `. */
function typedIn(line: string, indent: number, offset: number): Pick<YamlPlace, "key" | "typed" | "from"> {
  const content = line.slice(indent);
  const [, one, other, plain, space = "", value = ""] =
    /^(?:"([^"]*)"|'([^']*)'|([\w$-]+))\s*:(\s+)(.*)$/.exec(content) ?? [];
  const key = one ?? other ?? plain;
  if (key === undefined || space === "") return { key: null, typed: content, from: offset - content.length };
  return { key, typed: value, from: offset - value.length };
}

interface FlowPlace {
  /** The field whose value the braces are; null = an item. */
  readonly key: string | null;
  readonly siblings: ReadonlyMap<string, string>;
  readonly typedKey: string | null;
  readonly typed: string;
}

/** Within the innermost braces that are open; null where none are. Expressions have braces of their own. */
function flowAt(content: string): FlowPlace | null {
  const open = openBrace(content);
  if (open === null) return null;
  const [, key = null] = /([\w$-]+)\s*:\s*$/.exec(content.slice(0, open)) ?? [];
  const parts = splitFlow(content.slice(open + 1));
  const last = parts.pop() ?? "";
  const siblings = new Map(
    parts.flatMap((part): [string, string][] => {
      const [, name, value = ""] = /^\s*([\w$-]+)\s*:\s*(.*)$/.exec(part) ?? [];
      return name === undefined ? [] : [[name, value.trim()]];
    }),
  );
  const [, typedKey = null, value = ""] = /^\s*([\w$-]+)\s*:\s+(.*)$/.exec(last) ?? [];
  return { key, siblings, typedKey, typed: typedKey === null ? last.trimStart() : value };
}

function openBrace(content: string): number | null {
  const open: number[] = [];
  for (let at = 0; at < content.length; at += 1) {
    const isExpression = content[at - 1] === "$";
    if (content[at] === "{") open.push(isExpression ? -1 : at);
    if (content[at] === "}") open.pop();
  }
  return open.findLast((at) => at >= 0) ?? null;
}

/** At commas that stand in no list, no braces and no quotes. */
function splitFlow(text: string): string[] {
  const parts = [""];
  let depth = 0;
  let quote = "";
  for (const character of text) {
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if ("[{".includes(character)) depth += 1;
    else if ("]}".includes(character)) depth -= 1;
    if (character === "," && depth === 0 && quote === "") parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** What encloses a line of this indentation, from the lines above it. */
function blockAt(
  lines: readonly (Line | null)[],
  row: number,
  indent: number,
  ownDash: number | null,
): Pick<YamlPlace, "frames" | "siblings"> {
  const frames: Frame[] = [];
  let current = indent;
  /* Whether the item that is looked from has shown its dash. */
  let isDashed = ownDash !== null;
  if (ownDash !== null) current = ownDash;
  const siblings = siblingsOf(lines, row, indent);
  if (ownDash !== null) frames.unshift({ key: null, siblings: new Map() });
  for (let at = row - 1; at >= 0 && (current > 0 || isDashed); at -= 1) {
    const line = lines[at];
    if (line === null || line === undefined) continue;
    const { dash, key, indent: column } = line;
    if (dash !== null && column === current && !isDashed) {
      frames.unshift({ key: null, siblings: new Map() });
      current = dash;
      isDashed = true;
      continue;
    }
    const encloses = column < current || (isDashed && dash === null && column === current);
    if (key === null || !encloses) continue;
    frames.unshift({ key, siblings: siblingsOf(lines, at, column) });
    current = column;
    isDashed = false;
    if (dash !== null) {
      frames.unshift({ key: null, siblings: new Map() });
      current = dash;
      isDashed = true;
    }
  }
  return { frames, siblings };
}

/** Fields of the mapping that a row belongs to, its own left out. */
function siblingsOf(
  lines: readonly (Line | null)[],
  row: number,
  indent: number,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const own = lines[row];
  const take = (at: number): boolean => {
    const line = lines[at];
    if (line === null || line === undefined) return true;
    if (line.indent < indent) return false;
    if (line.indent === indent && line.key !== null) found.set(line.key, line.value);
    return true;
  };
  if (own?.dash === null || own === null || own === undefined) {
    for (let at = row - 1; at >= 0; at -= 1) {
      if (!take(at)) break;
      if (lines[at]?.indent === indent && lines[at]?.dash !== null) break;
    }
  }
  for (let at = row + 1; at < lines.length; at += 1) {
    const line = lines[at];
    if (line?.indent === indent && line.dash !== null) break;
    if (!take(at)) break;
  }
  return found;
}
