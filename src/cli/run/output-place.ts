import path from "node:path";
import { MaskloomError } from "../../errors.ts";
import type { ImageFormat } from "../../image/metadata/container.ts";
import type { InputFile, InputListing } from "../listing/input-listing.ts";
import { outputNameOf, rivalNames } from "../output-names.ts";
import { joinPlace } from "../paths.ts";

interface OutputPlace {
  readonly output: string;
  readonly problem: MaskloomError | null;
}

/** Where a picture's result goes, and why it cannot where another picture's result goes there. */
export async function nameOutput(
  file: InputFile,
  twins: readonly string[],
  { listing, format }: { readonly listing: InputListing; readonly format: ImageFormat | "same" },
): Promise<OutputPlace> {
  const output = outputNameOf(file.name, twins, format);
  if (twins.length === 0 || !output.startsWith(`${file.name}.`)) return { output, problem: null };
  const { dir, base } = path.parse(file.path);
  for (const name of rivalNames(base)) {
    if (!(await listing.has(joinPlace(dir, name)))) continue;
    const message = `${file.name} and ${path.posix.join(path.posix.dirname(file.name), name)} would both be written to ${output}: rename one of them`;
    return { output, problem: new MaskloomError("INPUT_INVALID", message) };
  }
  return { output, problem: null };
}
