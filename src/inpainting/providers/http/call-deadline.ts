import { MaskloomError } from "../../../errors.ts";
import { Handover } from "../../handover.ts";
import { UselessAnswer } from "../../useless-answer.ts";
import { NotAnswered } from "./provider-http.ts";

interface Deadline {
  /** Shown in errors. */
  readonly who: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /**
   * Ends what is under way there, as far as it can; called when nobody waits for it any more, or nobody here does.
   * @param handover whoever goes on with the task; null where nobody does
   */
  readonly stop: (handover: Handover | null) => Promise<void>;
}

/**
 * Carries out one call that its provider does not remember: until its answer, its time limit, or the caller's signal.
 * @throws TIMED_OUT; the signal's reason; and what `work` throws
 */
export async function withDeadline<Result>(
  { who, timeoutMs, signal, stop }: Deadline,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const timer = AbortSignal.timeout(timeoutMs);
  try {
    return await work(AbortSignal.any([signal, timer]));
  } catch (error) {
    const handover = signal.reason instanceof Handover ? signal.reason : null;
    if (signal.aborted || timer.aborted) await stop(handover).catch(() => undefined);
    if (signal.aborted) throw signal.reason;
    if (!timer.aborted || error instanceof MaskloomError) throw error;
    throw new MaskloomError("TIMED_OUT", `${who}: no answer within ${timeoutMs / 1000} s`, { cause: error });
  }
}

/**
 * The part of a call from which on it may cost something. Where it does, what came to nothing is not simply made again.
 * @param work gets a signal that is aborted by `withDeadline` when its time is up
 * @throws CALL_UNCERTAIN for a paid call without an answer, OUTPUT_INVALID for one whose answer is of no use; what `work` throws
 */
export async function payingFor<Result>(
  { who, paid }: { readonly who: string; readonly paid: boolean },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!paid) throw error;
    if (error instanceof UselessAnswer)
      throw new UselessAnswer(error.message, { bill: { cost: error.cost }, cause: error });
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    if (!isLate && !(error instanceof NotAnswered)) throw error;
    const fact = isLate ? `${who}: no answer within the time that a call has` : error.message;
    throw new MaskloomError(
      "CALL_UNCERTAIN",
      `${fact}; whether it was carried out, and costs something, is not known`,
      { cause: error },
    );
  }
}
