import { MaskloomError } from "../../errors.ts";

/**
 * Work that stands between a call that was sent and its answer: failing at it says nothing about the call.
 * @throws CALL_OPEN where `work` fails with an error of its own
 */
export async function keepingOpen<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MaskloomError) || signal.aborted) throw error;
    const { message, retryAfterSeconds } = error;
    const later = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    throw new MaskloomError("CALL_OPEN", `${message}; a call was sent before, and may be under way still`, {
      cause: error,
      ...later,
    });
  }
}
