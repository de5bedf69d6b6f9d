import { MaskloomError } from "../../../errors.ts";
import { NotAnswered } from "./provider-http.ts";

interface Deadline {
  /** Shown in errors. */
  readonly who: string;
  readonly timeoutMs: number;
  /** Whether a call costs money: then one whose end is not known must not be made again. */
  readonly paid: boolean;
  readonly signal: AbortSignal;
  /** Ends what is under way there, as far as it can; called when nobody waits for it any more. */
  readonly stop: () => Promise<void>;
}

/**
 * Carries out one call that its provider does not remember: until its answer, its time limit, or the caller's signal.
 * @throws TIMED_OUT or PROVIDER_UNAVAILABLE where a call that costs nothing got no answer, CALL_UNCERTAIN where one that
 * costs got none; the signal's reason; and what `work` throws
 */
export async function withDeadline<Result>(
  { who, timeoutMs, paid, signal, stop }: Deadline,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const timer = AbortSignal.timeout(timeoutMs);
  try {
    return await work(AbortSignal.any([signal, timer]));
  } catch (error) {
    if (signal.aborted || timer.aborted) await stop().catch(() => undefined);
    if (signal.aborted) throw signal.reason;
    if (!timer.aborted && !(error instanceof NotAnswered)) throw error;
    const fact = timer.aborted ? `${who}: no answer within ${timeoutMs / 1000} s` : messageOf(error);
    if (paid) {
      const doubt = "whether it was carried out, and costs something, is not known";
      throw new MaskloomError("CALL_UNCERTAIN", `${fact}; ${doubt}`, { cause: error });
    }
    throw new MaskloomError(timer.aborted ? "TIMED_OUT" : "PROVIDER_UNAVAILABLE", fact, { cause: error });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
