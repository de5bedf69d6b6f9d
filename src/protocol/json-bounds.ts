export interface JsonBounds {
  /** Arrays and objects within each other. */
  readonly depth: number;
  /** Values and names of fields, all together. */
  readonly values: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
/** `[` and `{`, `]` and `}` differ in one bit. */
const BRACKET_BIT = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/**
 * Which bound a JSON text goes beyond, if any. Reading 64 MiB of `[[],[],…` would take gigabytes, so it is counted before
 * it is read. Linear in time whatever the bytes are; whether they are JSON is for the parser to say.
 */
export function exceededBound(bytes: Uint8Array, bounds: JsonBounds): keyof JsonBounds | null {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === COMMA || byte === COLON) values += 1;
    else if ((byte | BRACKET_BIT) === OPENING) {
      depth += 1;
      values += 1;
    } else if ((byte | BRACKET_BIT) === CLOSING) depth -= 1;
    else continue;
    if (depth > bounds.depth) return "depth";
    if (values > bounds.values) return "values";
  }
  return null;
}

/** Index of the quote that ends the string which begins at `start`; the text's end where none does. */
function endOfString(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(QUOTE, start + 1);
  if (end === -1) return bytes.length;
  /* Pictures have no escapes: only texts that do are gone through byte by byte. */
  if (bytes[end - 1] !== BACKSLASH) return end;
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1;
    else if (bytes[at] === QUOTE) return at;
  }
  return bytes.length;
}
