import type { ParkedTask } from "../../../../../src/contracts/parked.ts";

/** Tasks that wait for the same: the longest waiting first, as they came. */
export interface ParkedReason {
  readonly key: string;
  readonly status: ParkedTask["status"];
  readonly hasEnded: boolean;
  readonly provider: string | null;
  /** In the words of the one that came last: what was spent until then is in it. */
  readonly message: string | null;
  readonly tasks: readonly ParkedTask[];
}

/* What a message says of one task or of one moment only. The limit stays: another one is another reason. */
const OF_ONE = [
  /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi,
  /of which \$[\d.]+/g,
  /the next call may cost \$[\d.]+/g,
  /\d+ min ago/g,
];

/** Why tasks wait, each reason once, in the order in which the first of each came to wait. */
export function parkedReasons(tasks: readonly ParkedTask[]): readonly ParkedReason[] {
  const reasons = new Map<string, ParkedReason>();
  for (const task of tasks) {
    const { status, hasEnded, provider, error } = task;
    const key = JSON.stringify([status, hasEnded, provider, error?.code, sameFor(error?.message ?? "")]);
    const before = reasons.get(key)?.tasks ?? [];
    const message = error?.message ?? null;
    reasons.set(key, { key, status, hasEnded, provider, message, tasks: [...before, task] });
  }
  return [...reasons.values()];
}

const sameFor = (message: string) => OF_ONE.reduce((text, part) => text.replace(part, "…"), message);
