/**
 * JSON text for a jsonb column. PostgreSQL refuses \u0000 inside jsonb, and a file's metadata or a native
 * library's message may well hold one: it becomes U+FFFD rather than an error that loses the row.
 */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.includes("\\u0000") ? text.replace(ESCAPED_NUL, "\\ufffd") : text;
}

/** \u0000 as an escape of its own, not the tail of an escaped backslash. */
const ESCAPED_NUL = /(?<=(?:^|[^\\])(?:\\\\)*)\\u0000/g;
