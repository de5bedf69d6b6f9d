import { useState } from "react";
import type { ParkedDecision } from "../../../../../src/contracts/parked.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Field } from "../../../components/field.tsx";
import { formatMoney } from "../../../components/format-money.ts";
import { TextInput } from "../../../components/text-input.tsx";
import { DECISIONS } from "./decisions.ts";

interface DecideDialogProps {
  readonly decision: ParkedDecision;
  readonly title: string;
  /** What it is about: "3 tasks". */
  readonly words: string;
  /** US dollars that are reserved for them; null where not all of them are known here. */
  readonly reserved: number | null;
  readonly onClose: () => void;
  readonly onDecide: (cost: number | undefined) => void;
}

/** Says what a decision means for money and tasks before it is made. */
export function DecideDialog({ decision, title, words, reserved, onClose, onDecide }: DecideDialogProps) {
  const [text, setText] = useState("");
  const cost = text.trim() === "" ? undefined : Number(text);
  const error =
    cost === undefined || (Number.isFinite(cost) && cost >= 0)
      ? undefined
      : "Expected US dollars, such as 0.004";
  const { meaning, isDanger } = DECISIONS[decision];
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
            disabled={error !== undefined}
            onClick={() => onDecide(decision === "markBilled" ? cost : undefined)}
          >
            {title}
          </Button>
        </>
      }
    >
      <p>{meaning}</p>
      {reserved !== null && reserved > 0 && <p>{formatMoney(reserved)} are reserved for them now.</p>}
      {decision === "markBilled" && (
        <Field
          label="Cost of each call, in US dollars"
          hint="Nothing = what was reserved for it"
          error={error}
        >
          {(attributes) => (
            <TextInput
              {...attributes}
              inputMode="decimal"
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          )}
        </Field>
      )}
    </Dialog>
  );
}
