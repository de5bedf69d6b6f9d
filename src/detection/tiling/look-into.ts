import pLimit from "p-limit";
import { MaskloomError } from "../../errors.ts";

interface LookOptions {
  /** Looks under way at once; what the others need does not exist yet. */
  readonly atOnce: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Looks into many parts of one picture, several at a time; the answers are in the order of the parts, whichever
 * look ended first. Throws CANCELLED as soon as the signal fires, and what a look throws; looks that have not begun
 * then never begin.
 */
export async function lookInto<Part, Seen>(
  parts: readonly Part[],
  look: (part: Part) => Promise<Seen>,
  { atOnce, signal }: LookOptions,
): Promise<Seen[]> {
  const limit = pLimit(atOnce);
  const looks = parts.map((part) =>
    limit(async () => {
      if (signal?.aborted) {
        throw new MaskloomError("CANCELLED", "the caller cancelled the detection", { cause: signal.reason });
      }
      return await look(part);
    }),
  );
  try {
    return await Promise.all(looks);
  } finally {
    limit.clearQueue();
  }
}
