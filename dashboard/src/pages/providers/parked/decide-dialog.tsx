import { useState } from "react";
import type { ParkedDecision } from "../../../../../src/contracts/parked.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { formatMoney } from "../../../components/format-money.ts";
import { MoneyField, readMoney } from "../../../components/money-field.tsx";
import { DECISIONS } from "./decisions.ts";

interface DecideDialogProps {
  readonly decision: ParkedDecision;
  readonly title: string;
  readonly meaning: string;
  /** What it is about: "3 tasks". */
  readonly words: string;
  /** US dollars that are reserved for them; null where not all of them are known here. */
  readonly reserved: number | null;
  readonly onClose: () => void;
  readonly onDecide: (cost: number | undefined) => void;
}

/** Says what a decision means for money and tasks before it is made. */
export function DecideDialog({
  decision,
  title,
  meaning,
  words,
  reserved,
  onClose,
  onDecide,
}: DecideDialogProps) {
  const [text, setText] = useState("");
  const cost = readMoney(text);
  const { isDanger } = DECISIONS[decision];
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`${title}: ${words}`}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            look={isDanger ? "danger" : "primary"}
            disabled={cost === undefined}
            onClick={() => onDecide(cost ?? undefined)}
          >
            {title}
          </Button>
        </>
      }
    >
      <p>{meaning}</p>
      {reserved !== null && reserved > 0 && (
        <p>What is reserved for calls in question now: {formatMoney(reserved)}.</p>
      )}
      {decision === "markBilled" && (
        <MoneyField
          label="Cost of each call, in US dollars"
          hint="Nothing = what was reserved for it"
          text={text}
          onText={setText}
        />
      )}
    </Dialog>
  );
}
