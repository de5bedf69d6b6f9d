import type { MaskloomError } from "../errors.ts";
import { type InputFile, openInputListing } from "./listing/input-listing.ts";
import { LeftOut } from "./listing/left-out.ts";
import { refuseNoneThere } from "./listing/none-there.ts";

export type { InputFile };

interface InputProblem extends InputFile {
  readonly error: MaskloomError;
}

export interface InputFiles {
  readonly files: readonly InputFile[];
  /** What was named but is not there, and folders that may not be read. */
  readonly problems: readonly InputProblem[];
  /** What of the folders is not looked at. */
  readonly leftOut: LeftOut;
}

/** All of a listing at once, for commands that keep a result of each file anyway. */
export async function collectInputFiles(args: readonly string[], except?: string): Promise<InputFiles> {
  const listing = await openInputListing(args, except);
  const files: InputFile[] = [];
  const problems: InputProblem[] = [];
  const leftOut = new LeftOut();
  const listed = listing.list((file) => leftOut.add(file));
  for await (const { problem, twins: _, ...file } of listed) {
    if (problem === null) files.push(file);
    else problems.push({ ...file, error: problem });
  }
  return { files, problems, leftOut };
}

/** @throws the problem of the first where nothing of what was named is there */
export function refuseWithoutFiles({ files, problems }: InputFiles): void {
  const missing = problems.length;
  refuseNoneThere({ pictures: files.length + missing, missing, problems });
}
