import { type ErrorCode, MaskloomError } from "../errors.ts";
import type { FieldPath } from "./language/faults.ts";

/** Why a step cannot be carried out here. The message is without its place: whoever knows the file adds it. */
export class StepFault extends MaskloomError {
  /** What is at fault, within the step. */
  readonly field: FieldPath;

  constructor(code: ErrorCode, field: FieldPath, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.field = field;
  }
}

/** Does something for the sake of a field: what it is refused with becomes a fault of that field. */
export function forField<Result>(field: FieldPath, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MaskloomError) || error instanceof StepFault || error.code === "INTERNAL")
      throw error;
    throw new StepFault(error.code, field, error.message, { cause: error });
  }
}

/** How a place in a workflow's document is told. */
export type PlaceOf = (path: FieldPath) => string;

/** Does something for the sake of the step at a place: a fault of it is written down with that place, and null returned. */
export function forStep<Result>(
  path: FieldPath,
  placeOf: PlaceOf,
  faults: MaskloomError[],
  work: () => Result,
): Result | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StepFault)) throw error;
    const place = placeOf([...path, ...error.field]);
    faults.push(new MaskloomError(error.code, `${place}: ${error.message}`, { cause: error }));
    return null;
  }
}

/** One error for all faults, a line or more for each, with the first one's code; nothing where there is none. */
export function refuseFaults(faults: readonly MaskloomError[]): void {
  const [first, ...others] = faults;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  const messages = new Set(faults.map(({ message }) => message));
  throw new MaskloomError(first.code, [...messages].join("\n"), { cause: first });
}
