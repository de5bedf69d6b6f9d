import { MaskloomError } from "../../errors.ts";

/**
 * Work that stands between a call that was sent and its answer: failing at it says nothing about the call.
 * @param fact what is known of the call, for people
 * @throws CALL_OPEN where `work` fails with an error of its own
 */
export async function keepingOpen<Result>(
  signal: AbortSignal,
  work: () => Promise<Result>,
  fact = "a call was sent before, and may be under way still",
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MaskloomError) || signal.aborted) throw error;
    const { message, retryAfterSeconds } = error;
    const later = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    throw new MaskloomError("CALL_OPEN", `${message}; ${fact}`, {
      cause: error,
      ...later,
    });
  }
}
