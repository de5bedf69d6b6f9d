import { useState } from "react";
import type { ParkedDecision, ParkedTask } from "../../../../../src/contracts/parked.ts";
import type { ParkedWish } from "../../../api/parked.ts";
import { Button } from "../../../components/button.tsx";
import { DecideDialog } from "./decide-dialog.tsx";
import { DECISIONS, decisionsFor, isAskedAbout, titleOf } from "./decisions.ts";
import { useDecide } from "./use-decide.ts";

interface DecisionButtonsProps {
  readonly statuses: ReadonlySet<ParkedTask["status"]>;
  readonly which: Pick<ParkedWish, "tasks" | "filter">;
  /** What it is about: "3 tasks", or the name of one. */
  readonly words: string;
  readonly reserved: number | null;
  readonly onDecided?: () => void;
}

/** What can be decided about tasks that wait. */
export function DecisionButtons({ statuses, which, words, reserved, onDecided }: DecisionButtonsProps) {
  const { mutate, isPending } = useDecide();
  const [asked, setAsked] = useState<ParkedDecision | null>(null);
  const decide = (decision: ParkedDecision, cost?: number) => {
    setAsked(null);
    mutate({ ...which, decision, ...(cost === undefined ? {} : { cost }) });
    onDecided?.();
  };
  return (
    <>
      {decisionsFor(statuses).map((decision) => (
        <Button
          key={decision}
          icon={DECISIONS[decision].icon}
          look={DECISIONS[decision].isDanger ? "danger" : "plain"}
          disabled={isPending}
          aria-label={`${titleOf(decision, statuses)}: ${words}`}
          onClick={() => (isAskedAbout(decision, statuses) ? setAsked(decision) : decide(decision))}
        >
          {titleOf(decision, statuses)}
        </Button>
      ))}
      {asked !== null && (
        <DecideDialog
          decision={asked}
          title={titleOf(asked, statuses)}
          words={words}
          reserved={reserved}
          onClose={() => setAsked(null)}
          onDecide={(cost) => decide(asked, cost)}
        />
      )}
    </>
  );
}
