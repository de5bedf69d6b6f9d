import type { DecideReview, ReviewView } from "../../../../../src/contracts/review.ts";

/** A decision on its way. */
export interface Decided {
  readonly review: ReviewView;
  readonly body: DecideReview;
}

export interface SendContext {
  /** @returns in their order why each was refused, null where it was taken; those left out at the end are sent again */
  readonly send: (decided: readonly Decided[], isLast: boolean) => Promise<readonly (Error | null)[]>;
  /** They were not taken, for one reason. */
  readonly onFailed: (decided: readonly Decided[], error: unknown) => void;
}

export interface DecisionSender {
  /** Puts them behind those that wait. */
  add(decided: readonly Decided[]): void;
  /** Sends what has its turn. @param isLast the page is being left: everything, now */
  next(isLast?: boolean): void;
  /** How many are on their way, or wait for their turn. */
  count(): number;
}

/** Requests at the same time, and decisions of one: more would hold up everything else the page asks for. */
const MOST_AT_ONCE = 2;
const MOST_TOGETHER = 100;
/** While the page is left, of which all has to fit into one request. */
const MOST_LAST = 500;

/** @param onChange called after each answer */
export function createDecisionSender({ send, onFailed }: SendContext, onChange: () => void): DecisionSender {
  const waiting: Decided[] = [];
  let [underWay, requests] = [0, 0];
  const sendPart = (part: readonly Decided[], isLast: boolean) => {
    underWay += part.length;
    requests += 1;
    send(part, isLast)
      .then((results) => {
        for (const [reason, refused] of byReason(part, results)) onFailed(refused, reason);
        waiting.unshift(...part.slice(results.length));
      })
      .catch((error: unknown) => onFailed(part, error))
      .finally(() => {
        underWay -= part.length;
        requests -= 1;
        next();
        onChange();
      });
  };
  const next = (isLast = false) => {
    while (waiting.length > 0 && (isLast || requests < MOST_AT_ONCE))
      sendPart(waiting.splice(0, lengthOfPart(waiting, isLast ? MOST_LAST : MOST_TOGETHER)), isLast);
  };
  return { add: (decided) => waiting.push(...decided), next, count: () => waiting.length + underWay };
}

/** How many of them go together: a mask that was drawn is large, and goes alone. */
function lengthOfPart(waiting: readonly Decided[], most: number): number {
  const large = waiting.findIndex(({ body }) => body.maskImage !== undefined);
  return large === 0 ? 1 : Math.min(most, large === -1 ? waiting.length : large);
}

function byReason(
  sent: readonly Decided[],
  results: readonly (Error | null)[],
): readonly (readonly [Error, readonly Decided[]])[] {
  const reasons = new Map<string, [Error, Decided[]]>();
  for (const [at, error] of results.entries()) {
    const decided = sent[at];
    if (error === null || decided === undefined) continue;
    const known = reasons.get(error.message) ?? [error, []];
    known[1].push(decided);
    reasons.set(error.message, known);
  }
  return [...reasons.values()];
}
