import { MaskloomError } from "../../errors.ts";

/** What a listing came to. */
interface Listed {
  /** All of them, with those that have a problem. */
  readonly pictures: number;
  /** How many of them have one. */
  readonly missing: number;
  /** The first of the problems, each as the argument that it is about was given. */
  readonly problems: readonly { readonly given: string; readonly error: MaskloomError }[];
}

/** Problems that a command is refused with. */
export const MOST_PROBLEMS = 3;

/**
 * A command none of whose inputs is there is wrong as a whole: it would only take the place of one that was right.
 * @throws the problem of the first
 */
export function refuseNoneThere({ pictures, missing, problems }: Listed): void {
  const [first] = problems;
  if (first === undefined || missing < pictures) return;
  const shown = problems.slice(0, MOST_PROBLEMS);
  const texts = shown.map(({ given, error }) => `${given}: ${error.message}`).join("; ");
  const more = missing - shown.length;
  throw new MaskloomError(first.error.code, more === 0 ? texts : `${texts}; and ${more} more`, {
    cause: first.error.cause ?? first.error,
  });
}
