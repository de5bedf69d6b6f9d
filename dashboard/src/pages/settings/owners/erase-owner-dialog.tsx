import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { OwnerView } from "../../../../../src/contracts/owners.ts";
import { eraseOwner } from "../../../api/owners.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Field } from "../../../components/field.tsx";
import { TextInput } from "../../../components/text-input.tsx";
import { showToast } from "../../../components/toast-store.ts";
import form from "../form.module.css";

interface EraseOwnerDialogProps {
  readonly owner: OwnerView;
  readonly onClose: () => void;
}

/** Nothing of it can be had again: the name is typed before it is done. */
export function EraseOwnerDialog({ owner: { name, used }, onClose }: EraseOwnerDialogProps) {
  const client = useQueryClient();
  const [typed, setTyped] = useState("");
  const [runsGone, setRunsGone] = useState(0);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => eraseOwner(name, setRunsGone),
    onSuccess: async ({ runs, files }) => {
      showToast({ tone: "good", text: `${name} is erased: ${runs} runs and ${files} files are gone.` });
      onClose();
      await client.invalidateQueries();
    },
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Erase ${name}?`}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" icon={Trash2} disabled={typed !== name || isPending} onClick={() => mutate()}>
            {isPending ? `Erasing… ${runsGone} runs gone` : "Erase everything"}
          </Button>
        </>
      }
    >
      <p>
        All of it goes now and for good: {used.runs} runs with what is under way, every picture that nobody
        else has, workflows, and {used.keys} keys, which let nobody in any more. What calls cost stays,
        without a name.
        {name === "local" && " The owner local keeps its name and its keys."}
      </p>
      <Field label={`Type ${name} to confirm`}>
        {(attributes) => (
          <TextInput
            {...attributes}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
      </Field>
      {error !== null && (
        <p className={form["failure"]} role="alert">
          {error.message}
        </p>
      )}
    </Dialog>
  );
}
