import path from "node:path";
import { IMAGE_EXTENSIONS } from "../output-names.ts";

const { compare: asCounted } = new Intl.Collator("en", { numeric: true });

/** A name without the extension of a picture. */
export function stemOf(name: string): string {
  const extension = path.extname(name);
  return isImageName(name) ? name.slice(0, -extension.length) : name;
}

export function isImageName(name: string): boolean {
  const extension = path.extname(name).toLowerCase();
  return IMAGE_EXTENSIONS.some((known) => known === extension);
}

/** Equal for names that some disks take for one. */
export const foldName = (name: string): string => name.normalize("NFC").toLowerCase();

/**
 * As a person counts: 2 before 10. Names that differ only in a picture's extension stand side by side, so that who
 * reads them one after the other sees at once which would share the name of a result.
 */
export function compareNames(a: string, b: string): number {
  const [stemA, stemB] = [stemOf(a), stemOf(b)];
  if (stemA === stemB) return asCounted(a, b) || compareText(a, b);
  return asCounted(stemA, stemB) || compareText(foldName(stemA), foldName(stemB)) || compareText(a, b);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
