import type { RunView } from "../../../../src/contracts/run.ts";

/** What a run has to show for itself: its result, or until there is one the picture it was given. */
export function pictureOf({ pictures }: Pick<RunView, "pictures">): string | null {
  return pictures.output ?? pictures.input;
}
