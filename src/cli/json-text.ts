/** Rows of numbers within indented JSON; a text never matches, because its line breaks are escaped. */
const NUMBERS = /\[\n\s+(-?[\d.e+-]+(?:,\n\s+-?[\d.e+-]+)*)\n\s*\]/g;

/** Indented JSON with a box or a point on one line: a mesh is 468 lines, not 2340. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    NUMBERS,
    (_, numbers: string) => `[${numbers.replace(/,\n\s+/g, ", ")}]`,
  );
}
