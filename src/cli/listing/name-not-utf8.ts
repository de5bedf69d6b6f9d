/** What Node reads where the bytes of a name are no UTF-8, as in archives that were packed on old systems. */
const REPLACEMENT = "\uFFFD";

/** Why a file that is there cannot be opened by the name that it is listed under; null where its name is sound. */
export function nameNotUtf8(file: string): string | null {
  if (!file.includes(REPLACEMENT)) return null;
  return "its name, or that of its folder, is no UTF-8, so that it cannot be opened; rename it, such as with convmv";
}
