import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { LimitChanges } from "../../../../src/contracts/provider.ts";
import type { ProviderView } from "../../../../src/contracts/provider-list.ts";
import { changeLimits } from "../../api/providers.ts";
import { queryKeys } from "../../api/query-keys.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { MoneyField, readMoney } from "../../components/money-field.tsx";
import { showToast } from "../../components/toast-store.ts";
import { LIMITS, limitChanges, limitTexts } from "./limit-changes.ts";

interface LimitsDialogProps {
  readonly provider: Pick<ProviderView, "id" | "budgets">;
  readonly onClose: () => void;
}

/** Sets what may be spent at a provider, at once and for all workers; its configuration stays as it is. */
export function LimitsDialog({ provider: { id, budgets }, onClose }: LimitsDialogProps) {
  const client = useQueryClient();
  const [texts, setTexts] = useState(() => limitTexts(budgets));
  const changes = limitChanges(budgets, texts);
  const { mutate, isPending } = useMutation({
    mutationFn: (wish: LimitChanges) => changeLimits(id, wish),
    onSuccess: () => {
      showToast({
        tone: "good",
        text: `The limits of ${id} hold now; what they held goes on where there is room.`,
      });
      onClose();
    },
    onError: (error) =>
      showToast({ tone: "bad", text: `The limits of ${id} were not changed: ${error.message}` }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.providers }),
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`What may be spent at ${id}`}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            look="primary"
            disabled={isPending || changes === null}
            onClick={() => changes !== null && mutate(changes)}
          >
            Set
          </Button>
        </>
      }
    >
      <p>These hold over what the configuration says, until they are changed again.</p>
      {LIMITS.map(({ of, label }) => (
        <MoneyField
          key={of}
          label={label}
          hint={readMoney(texts[of]) === null ? "No limit" : "US dollars"}
          text={texts[of]}
          onText={(text) => setTexts({ ...texts, [of]: text })}
        />
      ))}
    </Dialog>
  );
}
