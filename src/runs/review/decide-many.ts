import pLimit from "p-limit";
import type { DecidedReview, DecideReviews } from "../../contracts/review.ts";
import { MaskloomError, toErrorRecord } from "../../errors.ts";
import type { Actor } from "../actions/actor.ts";
import { type DecideServices, decideQuietly, tellDecided } from "./decide.ts";

/** Each holds a connection; what else the server is asked for goes on meanwhile. */
const AT_ONCE = 4;
/** What one request takes at most; what it did not come to is for the next one. */
const LONGEST_MS = 20_000;

/**
 * Decisions about many reviews, each in a transaction of its own: one that is refused stops no other.
 * @returns what became of them, in their order; those that the time did not reach are left out at the end
 */
export async function decideMany(
  services: DecideServices,
  actor: Actor,
  { decisions }: DecideReviews,
  signal: AbortSignal,
): Promise<DecidedReview[]> {
  const end = performance.now() + LONGEST_MS;
  const limit = pLimit(AT_ONCE);
  let isLate = false;
  const made = await Promise.all(
    decisions.map(({ taskUUID, ...given }) =>
      limit(async (): Promise<DecidedReview | null> => {
        /* They begin in their order: from the first that is late on all are. */
        isLate ||= signal.aborted || performance.now() > end;
        if (isLate) return null;
        try {
          await decideQuietly(services, actor, taskUUID, given, signal);
          return { taskUUID, error: null };
        } catch (error) {
          if (!(error instanceof MaskloomError)) throw error;
          return { taskUUID, error: toErrorRecord(error) };
        }
      }),
    ),
  ).finally(() => tellDecided(services));
  return made.filter((one) => one !== null);
}
