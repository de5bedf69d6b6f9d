import { useState } from "react";
import type { ParkedDecision } from "../../../../../src/contracts/parked.ts";
import type { ParkedWish } from "../../../api/parked.ts";
import { Button } from "../../../components/button.tsx";
import { IconButton } from "../../../components/icon-button.tsx";
import { DecideDialog } from "./decide-dialog.tsx";
import { DECISIONS, decisionsFor, isAskedAbout, meaningOf, titleOf, type Waiting } from "./decisions.ts";
import { useDecide } from "./use-decide.ts";

interface DecisionButtonsProps {
  /** Those that it is about, or as many of them as are known here. */
  readonly tasks: readonly Waiting[];
  readonly which: Pick<ParkedWish, "tasks" | "filter">;
  /** What it is about: "3 tasks", or the name of one. */
  readonly words: string;
  readonly reserved: number | null;
  /** Signs instead of words: beside each of many. */
  readonly isCompact?: boolean;
  readonly onDecided?: () => void;
}

/** What can be decided about tasks that wait. */
export function DecisionButtons(props: DecisionButtonsProps) {
  const { tasks, which, words, reserved, isCompact = false, onDecided } = props;
  const { mutate, isPending } = useDecide();
  const [asked, setAsked] = useState<ParkedDecision | null>(null);
  const decide = (decision: ParkedDecision, cost?: number) => {
    setAsked(null);
    mutate({ ...which, decision, ...(cost === undefined ? {} : { cost }) });
    onDecided?.();
  };
  return (
    <>
      {decisionsFor(tasks).map((decision) => {
        const { icon, isDanger } = DECISIONS[decision];
        const label = `${titleOf(decision, tasks)}: ${words}`;
        const press = () => (isAskedAbout(decision, tasks) ? setAsked(decision) : decide(decision));
        return isCompact ? (
          <IconButton key={decision} icon={icon} label={label} disabled={isPending} onClick={press} />
        ) : (
          <Button
            key={decision}
            icon={icon}
            look={isDanger ? "danger" : "plain"}
            disabled={isPending}
            aria-label={label}
            onClick={press}
          >
            {titleOf(decision, tasks)}
          </Button>
        );
      })}
      {asked !== null && (
        <DecideDialog
          decision={asked}
          title={titleOf(asked, tasks)}
          meaning={meaningOf(asked, tasks)}
          words={words}
          reserved={reserved}
          onClose={() => setAsked(null)}
          onDecide={(cost) => decide(asked, cost)}
        />
      )}
    </>
  );
}
