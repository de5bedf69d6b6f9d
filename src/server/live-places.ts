import type { OwnerUUID } from "../contracts/ids.ts";
import { MaskloomError } from "../errors.ts";

/** Who is told live events at a time, and how many of one owner. */
export interface LivePlaces {
  /**
   * A place for one who has been let in.
   * @returns what gives it back
   * @throws ENGINE_UNAVAILABLE where none is left, or the owner has more than its share
   */
  take(owner: OwnerUUID): () => void;
}

/**
 * An owner may have so many times what is left (dynamic thresholds: Choudhury and Hahne, Dynamic Queue Length Thresholds for
 * Shared-Memory Packet Switches, 1998). Alone, that is seven eighths of all; whoever comes next finds a place.
 */
const SHARE = 7;
const ASK_AGAIN_SECONDS = 15;

/** @param most of all owners together */
export function createLivePlaces(most: number): LivePlaces {
  const taken = new Map<OwnerUUID, number>();
  let all = 0;
  return {
    take(owner) {
      const own = taken.get(owner) ?? 0;
      const left = most - all;
      if (left <= 0) throw refusal(`${most} connections are open, as many as`, "lets one server have");
      if (own >= SHARE * left)
        throw refusal(
          `${own} connections of yours are open, and the ${left} that are left of`,
          "are others'",
        );
      taken.set(owner, own + 1);
      all += 1;
      return () => {
        all -= 1;
        const rest = (taken.get(owner) ?? 1) - 1;
        if (rest === 0) taken.delete(owner);
        else taken.set(owner, rest);
      };
    },
  };
}

function refusal(fact: string, limit: string): MaskloomError {
  return new MaskloomError(
    "ENGINE_UNAVAILABLE",
    `live events: ${fact} MASKLOOM_LIVE_CONNECTIONS ${limit}; close a page, ask another server, or raise it`,
    { retryAfterSeconds: ASK_AGAIN_SECONDS },
  );
}
