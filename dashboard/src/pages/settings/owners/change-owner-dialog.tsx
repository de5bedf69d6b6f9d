import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { OwnerView } from "../../../../../src/contracts/owners.ts";
import { changeOwner } from "../../../api/owners.ts";
import { queryKeys } from "../../../api/query-keys.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Field } from "../../../components/field.tsx";
import { TextInput } from "../../../components/text-input.tsx";
import { showToast } from "../../../components/toast-store.ts";
import { TextArea } from "../../../components/workflow-form/text-area.tsx";
import form from "../form.module.css";
import { draftOf, type OwnerDraft, readOwnerDraft } from "./owner-draft.ts";

interface ChangeOwnerDialogProps {
  readonly owner: OwnerView;
  readonly onClose: () => void;
}

const LIMITS = [
  ["runsPerDay", "Runs a day"],
  ["gigabytesKept", "Gigabytes of pictures"],
  ["tasksAtOnce", "Tasks at a time"],
  ["costPerDay", "Cost a day, in USD"],
] as const satisfies readonly (readonly [keyof OwnerDraft, string])[];

export function ChangeOwnerDialog({ owner, onClose }: ChangeOwnerDialogProps) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(owner));
  const { change, faults } = readOwnerDraft(draft);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (wanted: NonNullable<typeof change>) => changeOwner(owner.name, wanted),
    onSuccess: async () => {
      showToast({
        tone: "good",
        text: `Limits and labels of ${owner.name} are set, for all servers and workers.`,
      });
      onClose();
      await Promise.all(
        [queryKeys.owners, queryKeys.audits].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
  const set = (name: keyof OwnerDraft, text: string) => setDraft({ ...draft, [name]: text });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Limits and labels of ${owner.name}`}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            look="primary"
            disabled={change === null || isPending}
            onClick={() => change !== null && mutate(change)}
          >
            Set
          </Button>
        </>
      }
    >
      <p className={form["quiet"]}>An empty field is no limit. A day is one of UTC.</p>
      <div className={form["limits"]}>
        {LIMITS.map(([name, label]) => (
          <Field key={name} label={label} error={faults[name]}>
            {(attributes) => (
              <TextInput
                {...attributes}
                inputMode="decimal"
                placeholder="no limit"
                value={draft[name]}
                onChange={({ target }) => set(name, target.value)}
              />
            )}
          </Field>
        ))}
      </div>
      <Field
        label="Labels"
        hint="One a line, such as team=retouch. Spending can be summed up by them."
        error={faults.labels}
      >
        {(attributes) => (
          <TextArea {...attributes} value={draft.labels} onChange={(text) => set("labels", text)} />
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
