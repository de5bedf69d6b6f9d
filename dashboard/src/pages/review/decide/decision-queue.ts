import { showingOf } from "../review-search.ts";
import { createDecisionSender, type Decided, type SendContext } from "./decision-sender.ts";

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

interface QueueContext extends SendContext {
  /** @returns what takes it back */
  readonly schedule: (task: () => void, delayMs: number) => () => void;
  readonly holdMs?: number;
}

/** Long enough to see that a key was the wrong one. */
const HOLD_MS = 5_000;

interface Group {
  readonly decided: readonly Decided[];
  takeBack: () => void;
}

export function createDecisionQueue(context: QueueContext): DecisionQueue {
  const { send, onFailed, schedule, holdMs = HOLD_MS } = context;
  const listeners = new Set<() => void>();
  const hidden = new Set<string>();
  let held: Group[] = [];
  let view: DecisionsView = { held: [], sending: 0, hidden: new Set() };
  const showAgain = (decided: readonly Decided[]) => {
    for (const { review } of decided) hidden.delete(showingOf(review));
  };
  const failed: SendContext["onFailed"] = (refused, error) => {
    showAgain(refused);
    onFailed(refused, error);
  };
  const tell = () => {
    view = {
      held: held.flatMap(({ decided }) => decided),
      sending: sender.count(),
      hidden: new Set(hidden),
    };
    for (const listener of listeners) listener();
  };
  const sender = createDecisionSender({ send, onFailed: failed }, tell);
  const release = (groups: readonly Group[], isLast = false) => {
    held = held.filter((group) => !groups.includes(group));
    for (const { decided } of groups) sender.add(decided);
    sender.next(isLast);
    tell();
  };
  return {
    add(decided) {
      if (decided.length === 0) return;
      const group: Group = { decided, takeBack: () => undefined };
      group.takeBack = schedule(() => release([group]), holdMs);
      held.push(group);
      for (const { review } of decided) hidden.add(showingOf(review));
      tell();
    },
    undo() {
      const last = held.pop();
      if (last === undefined) return [];
      last.takeBack();
      showAgain(last.decided);
      tell();
      return last.decided;
    },
    flush(isLast = false) {
      for (const { takeBack } of held) takeBack();
      release(held, isLast);
    },
    read: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
