import { createHash } from "node:crypto";
import { REPORT_FOLDER } from "./report-names.ts";

/** Where the small copies of a picture are, relative to the out folder, with `/`. The same for every run of the picture. */
export function thumbnailsOf(file: string): { readonly before: string; readonly after: string } {
  const digest = createHash("sha256").update(file).digest("hex");
  const stem = `${REPORT_FOLDER}/thumbnails/${digest.slice(0, 2)}/${digest.slice(2, 18)}`;
  return { before: `${stem}-before.webp`, after: `${stem}-after.webp` };
}
