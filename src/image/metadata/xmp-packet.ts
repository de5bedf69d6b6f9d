/* The wrapper around XMP (ISO 16684-1, section 7.3.2), in text as Latin-1. */

const END = "<?xpacket end=";

/**
 * A packet divided before the mark at its end; null where it has none. By looking for the mark from behind: a pattern that begins with
 * blanks tries each of them as its first, and a picture may bring a million.
 */
export function dividePacket(text: string): { readonly body: string; readonly end: string } | null {
  const at = text.lastIndexOf(END);
  if (at < 0) return null;
  const end = text.slice(at);
  return end.indexOf(">") === end.trimEnd().length - 1 && end.trimEnd().endsWith("?>")
    ? { body: text.slice(0, at), end }
    : null;
}
