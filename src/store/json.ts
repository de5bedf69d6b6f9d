/**
 * JSON text for a jsonb column. PostgreSQL refuses \u0000 and halves of surrogate pairs inside jsonb, and a file's
 * metadata, a native library's message or a text cut in two may well hold one: it becomes U+FFFD rather than an error that
 * loses the row. (JSON.stringify writes whole pairs as they are, and only halves as escapes.)
 */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.includes("\\u0000") || text.includes("\\ud") ? text.replace(REFUSED, "\\ufffd") : text;
}

/** \u0000 or \ud800–\udfff as an escape of its own, not the tail of an escaped backslash. */
const REFUSED = /(?<=(?:^|[^\\])(?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;
