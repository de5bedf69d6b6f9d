import { useState } from "react";
import type { BatchView } from "../../../../src/contracts/api.ts";
import { changeBudget } from "../../api/parked.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { formatMoney } from "../../components/format-money.ts";
import { MoneyField, readMoney } from "../../components/money-field.tsx";
import { showToast } from "../../components/toast-store.ts";
import { useBatchAction } from "./use-batch-action.ts";

interface BudgetDialogProps {
  readonly batchUUID: string;
  readonly budget: NonNullable<BatchView["budget"]>;
  readonly onClose: () => void;
}

/** Sets what the calls of a batch may cost together, whichever provider they go to. */
export function BudgetDialog({ batchUUID, budget, onClose }: BudgetDialogProps) {
  const { mutate, isPending } = useBatchAction(batchUUID);
  const [text, setText] = useState(budget.maxCost === null ? "" : String(budget.maxCost));
  const limit = readMoney(text);
  const committed = budget.spent + budget.reserved;
  const save = () => {
    if (limit === undefined) return;
    onClose();
    mutate({
      act: async (uuid) => {
        await changeBudget(uuid, limit);
        const now = limit === null ? "has no limit of its own now" : `may cost ${formatMoney(limit)} now`;
        showToast({ tone: "good", text: `The batch ${now}.` });
      },
      expected: { budget: { ...budget, maxCost: limit } },
      failed: "The limit was not changed",
    });
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="What this batch may cost"
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button look="primary" disabled={limit === undefined || isPending} onClick={save}>
            Set
          </Button>
        </>
      }
    >
      <p>
        A call that would exceed it is held, and goes on by itself as soon as there is room. Limits of
        providers hold beside it.
      </p>
      <MoneyField
        label="US dollars, all calls together"
        hint={
          typeof limit === "number" && limit < committed
            ? `${formatMoney(committed)} are spent or reserved already: no further call is made`
            : "Nothing = no limit of its own"
        }
        text={text}
        onText={setText}
      />
    </Dialog>
  );
}
