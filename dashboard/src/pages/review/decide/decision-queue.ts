import type { DecideReview, ReviewView } from "../../../../../src/contracts/review.ts";
import { showingOf } from "../review-search.ts";

/** A decision on its way. */
export interface Decided {
  readonly review: ReviewView;
  readonly body: DecideReview;
}

export interface DecisionsView {
  /** Those that can be taken back, the last one last. */
  readonly held: readonly Decided[];
  /** On their way, or waiting for their turn. */
  readonly sending: number;
  /** Showings that are decided about as far as this page is concerned. */
  readonly hidden: ReadonlySet<string>;
}

export interface DecisionQueue {
  /** Hides it at once, and sends it when nobody took it back in time. */
  add(decided: readonly Decided[]): void;
  /** Takes back what was decided last, all of it; empty where nothing can be taken back any more. */
  undo(): readonly Decided[];
  /** Sends all that is held, now. @param isLast the page is being left */
  flush(isLast?: boolean): void;
  read(): DecisionsView;
  subscribe(listener: () => void): () => void;
}

interface QueueContext {
  readonly send: (decided: Decided, isLast: boolean) => Promise<unknown>;
  /** It was not taken: what was hidden is there again. */
  readonly onFailed: (decided: Decided, error: unknown) => void;
  /** @returns what takes it back */
  readonly schedule: (task: () => void, delayMs: number) => () => void;
  readonly holdMs?: number;
}

/** Long enough to see that a key was the wrong one. */
const HOLD_MS = 5_000;
/** Sent at the same time: a thousand at once would hold up everything else the page asks for. */
const MOST_AT_ONCE = 4;

interface Group {
  readonly decided: readonly Decided[];
  takeBack: () => void;
}

export function createDecisionQueue(context: QueueContext): DecisionQueue {
  const { send, onFailed, schedule, holdMs = HOLD_MS } = context;
  const listeners = new Set<() => void>();
  const hidden = new Set<string>();
  let held: Group[] = [];
  const waiting: Decided[] = [];
  let underWay = 0;
  let view: DecisionsView = { held: [], sending: 0, hidden: new Set() };

  const tell = () => {
    view = {
      held: held.flatMap(({ decided }) => decided),
      sending: waiting.length + underWay,
      hidden: new Set(hidden),
    };
    for (const listener of listeners) listener();
  };
  const sendOne = (decided: Decided, isLast: boolean) => {
    underWay += 1;
    send(decided, isLast)
      .catch((error: unknown) => {
        hidden.delete(showingOf(decided.review));
        onFailed(decided, error);
      })
      .finally(() => {
        underWay -= 1;
        sendNext();
        tell();
      });
  };
  const sendNext = (isLast = false) => {
    const free = isLast ? waiting.length : MOST_AT_ONCE - underWay;
    for (const decided of waiting.splice(0, Math.max(0, free))) sendOne(decided, isLast);
  };
  const release = (group: Group, isLast = false) => {
    held = held.filter((other) => other !== group);
    waiting.push(...group.decided);
    sendNext(isLast);
    tell();
  };
  return {
    add(decided) {
      if (decided.length === 0) return;
      const group: Group = { decided, takeBack: () => undefined };
      group.takeBack = schedule(() => release(group), holdMs);
      held.push(group);
      for (const { review } of decided) hidden.add(showingOf(review));
      tell();
    },
    undo() {
      const last = held.pop();
      if (last === undefined) return [];
      last.takeBack();
      for (const { review } of last.decided) hidden.delete(showingOf(review));
      tell();
      return last.decided;
    },
    flush(isLast = false) {
      for (const group of held) {
        group.takeBack();
        release(group, isLast);
      }
      if (isLast) sendNext(true);
    },
    read: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
