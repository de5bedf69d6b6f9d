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
    done: { one: "is given up", many: "are given up" },
  },
};

const ORDER: readonly ParkedDecision[] = ["resend", "markBilled", "giveUp"];

/** What can be decided about at least one of them. */
export function decisionsFor(statuses: ReadonlySet<ParkedTask["status"]>): readonly ParkedDecision[] {
  return ORDER.filter((decision) => DECISIONS[decision].statuses.some((status) => statuses.has(status)));
}

export function titleOf(decision: ParkedDecision, statuses: ReadonlySet<ParkedTask["status"]>): string {
  const { title, uncertainTitle } = DECISIONS[decision];
  return statuses.has("held") ? title : uncertainTitle;
}

/** Trying what is held costs nothing that its budget does not allow; anything else is asked about before. */
export function isAskedAbout(decision: ParkedDecision, statuses: ReadonlySet<ParkedTask["status"]>): boolean {
  return decision !== "resend" || statuses.has("uncertain");
}

/** US dollars that are reserved for what nobody knows of, all tasks together. */
export function reservedBy(tasks: readonly Pick<ParkedTask, "calls">[]): number {
  const open = tasks.flatMap(({ calls }) =>
    calls.filter(({ state }) => state === "sent" || state === "uncertain"),
  );
  return open.reduce((sum, { reservedCost }) => sum + reservedCost, 0);
}
