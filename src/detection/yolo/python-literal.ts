/** Deep enough for every literal that an exporter writes, and no recursion for a hostile file to exhaust. */
const MAX_DEPTH = 8;

/** Names of 10 000 classes fit; a longer text only costs memory. */
const MAX_LENGTH = 2 ** 20;

const TOKEN =
  /\s*(?:(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|(?<word>True|False|None)|(?<mark>[{}[\](),:]))/suy;

const WORDS: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null };

/** Characters that stand for others after a backslash; any other escaped character stands for itself. */
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

type Token = { readonly mark: string } | { readonly value: string | number | boolean | null };

/**
 * What Python's `repr` prints of dicts, lists, tuples, strings, numbers, True, False and None: so exporters write a
 * model's class names. Dicts become objects, tuples arrays. Undefined where the text is no such literal, or one of more than a
 * million characters.
 */
export function parsePythonLiteral(text: string): unknown {
  const tokens = tokenize(text);
  if (tokens === null) return undefined;
  const reader = createReader(tokens);
  try {
    const value = readValue(reader, 0);
    return reader.next() === undefined ? value : undefined;
  } catch (error) {
    if (error instanceof NoLiteral) return undefined;
    throw error;
  }
}

class NoLiteral extends Error {}

interface Reader {
  next(): Token | undefined;
  /** Takes the next token if it is this mark. */
  take(mark: string): boolean;
}

function createReader(tokens: readonly Token[]): Reader {
  let at = 0;
  return {
    next() {
      const token = tokens[at];
      at += 1;
      return token;
    },
    take(mark) {
      const token = tokens[at];
      const taken = token !== undefined && "mark" in token && token.mark === mark;
      if (taken) at += 1;
      return taken;
    },
  };
}

function tokenize(text: string): Token[] | null {
  if (text.length > MAX_LENGTH) return null;
  const tokens: Token[] = [];
  const source = text.trimEnd();
  for (let at = 0; at < source.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(source)?.groups;
    if (groups === undefined) return null;
    const { text: quoted, number, word, mark } = groups;
    if (mark !== undefined) tokens.push({ mark });
    else if (quoted !== undefined) tokens.push({ value: unquote(quoted) });
    else if (number !== undefined) tokens.push({ value: Number(number) });
    else tokens.push({ value: WORDS[word ?? ""] ?? null });
  }
  return tokens;
}

function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replaceAll(
      /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/gisu,
      (_, byte?: string, unit?: string, other?: string) => {
        const code = byte ?? unit;
        if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
        return ESCAPES[other ?? ""] ?? other ?? "";
      },
    );
}

function readValue(reader: Reader, depth: number): unknown {
  const token = reader.next();
  if (token === undefined || depth > MAX_DEPTH) throw new NoLiteral();
  if ("value" in token) return token.value;
  if (token.mark === "[") return readItems(reader, "]", () => readValue(reader, depth + 1));
  if (token.mark === "(") return readItems(reader, ")", () => readValue(reader, depth + 1));
  if (token.mark === "{") return Object.fromEntries(readItems(reader, "}", () => readEntry(reader, depth)));
  throw new NoLiteral();
}

function readEntry(reader: Reader, depth: number): [string, unknown] {
  const key = reader.next();
  if (key === undefined || !("value" in key) || !reader.take(":")) throw new NoLiteral();
  return [String(key.value), readValue(reader, depth + 1)];
}

/** Items between commas; a comma may follow the last. */
function readItems<Item>(reader: Reader, end: string, read: () => Item): Item[] {
  const items: Item[] = [];
  while (!reader.take(end)) {
    items.push(read());
    if (reader.take(",")) continue;
    if (!reader.take(end)) throw new NoLiteral();
    break;
  }
  return items;
}
