import type { MaskloomError } from "../errors.ts";
import { type InputFile, openInputListing } from "./listing/input-listing.ts";

export type { InputFile };

interface InputProblem extends InputFile {
  readonly error: MaskloomError;
}

export interface InputFiles {
  readonly files: readonly InputFile[];
  /** What was named but is not there, and folders that may not be read. */
  readonly problems: readonly InputProblem[];
  /** Files in folders that have no extension of an image. */
  readonly ignored: number;
}

/** All of a listing at once, for commands that keep a result of each file anyway. */
export async function collectInputFiles(args: readonly string[], except?: string): Promise<InputFiles> {
  const listing = await openInputListing(args, except);
  const files: InputFile[] = [];
  const problems: InputProblem[] = [];
  let ignored = 0;
  const listed = listing.list(() => {
    ignored += 1;
  });
  for await (const { problem, twins: _, ...file } of listed) {
    if (problem === null) files.push(file);
    else problems.push({ ...file, error: problem });
  }
  return { files, problems, ignored };
}
