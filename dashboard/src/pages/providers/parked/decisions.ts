import { CircleSlash2, type LucideIcon, Receipt, Send } from "lucide-react";
import type { ParkedDecision, ParkedTask } from "../../../../../src/contracts/parked.ts";

interface Decision {
  readonly icon: LucideIcon;
  /** On the button, of tasks that are held. */
  readonly title: string;
  /** The same where it is not known whether they were billed. */
  readonly uncertainTitle: string;
  readonly statuses: readonly ParkedTask["status"][];
  readonly isDanger: boolean;
  /** What it means, before it is done. */
  readonly meaning: string;
  /** The same of tasks that have ended, about which only their bill is open; null = there is nothing to be done again. */
  readonly endedMeaning: string | null;
  /** What came of it: "1 task …", "3 tasks …". */
  readonly done: { readonly one: string; readonly many: string };
}

export const DECISIONS: Readonly<Record<ParkedDecision, Decision>> = {
  resend: {
    icon: Send,
    title: "Try now",
    uncertainTitle: "Send again",
    statuses: ["held", "uncertain"],
    isDanger: false,
    meaning:
      "Say so where the bill does not have it: what was reserved is given back, and a new call is made, which costs its price.",
    endedMeaning: null,
    done: { one: "goes on", many: "go on" },
  },
  markBilled: {
    icon: Receipt,
    title: "It was billed",
    uncertainTitle: "It was billed",
    statuses: ["uncertain"],
    isDanger: false,
    meaning:
      "Say so where the bill has it: the cost is booked, and the task fails, since its result is lost. Retrying it is a new call, and new money.",
    endedMeaning: "Say so where the bill has it: the cost is booked. The task stays as it ended.",
    done: { one: "is booked as billed", many: "are booked as billed" },
  },
  giveUp: {
    icon: CircleSlash2,
    title: "Give up",
    uncertainTitle: "Give up",
    statuses: ["held", "uncertain"],
    isDanger: true,
    meaning:
      "It was not billed and is not to be made: what was reserved is given back, and the task fails as its step has it.",
    endedMeaning: "It was not billed: what was reserved is given back. The task stays as it ended.",
    done: { one: "is given up", many: "are given up" },
  },
};

const ORDER: readonly ParkedDecision[] = ["resend", "markBilled", "giveUp"];

/** What of a task says what can be decided about it. */
export type Waiting = Pick<ParkedTask, "status" | "hasEnded">;

/** What can be decided about at least one of them. */
export function decisionsFor(tasks: readonly Waiting[]): readonly ParkedDecision[] {
  return ORDER.filter((decision) => {
    const { statuses, endedMeaning } = DECISIONS[decision];
    return tasks.some(
      ({ status, hasEnded }) => statuses.includes(status) && (endedMeaning !== null || !hasEnded),
    );
  });
}

export function titleOf(decision: ParkedDecision, tasks: readonly Waiting[]): string {
  const { title, uncertainTitle } = DECISIONS[decision];
  return tasks.some(({ status }) => status === "held") ? title : uncertainTitle;
}

export function meaningOf(decision: ParkedDecision, tasks: readonly Waiting[]): string {
  const { meaning, endedMeaning } = DECISIONS[decision];
  return tasks.every(({ hasEnded }) => hasEnded) ? (endedMeaning ?? meaning) : meaning;
}

/** Trying what is held costs nothing that its budget does not allow; anything else is asked about before. */
export function isAskedAbout(decision: ParkedDecision, tasks: readonly Waiting[]): boolean {
  return decision !== "resend" || tasks.some(({ status }) => status === "uncertain");
}

/** US dollars that are reserved for what nobody knows of, all tasks together. */
export function reservedBy(tasks: readonly Pick<ParkedTask, "calls">[]): number {
  const open = tasks.flatMap(({ calls }) =>
    calls.filter(({ state }) => state === "sent" || state === "uncertain"),
  );
  return open.reduce((sum, { reservedCost }) => sum + reservedCost, 0);
}
