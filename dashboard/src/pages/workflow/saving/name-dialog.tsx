import { type FormEvent, useId, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Field } from "../../../components/field.tsx";
import { TextInput } from "../../../components/text-input.tsx";
import { NAME } from "../new-workflow.ts";

interface NameDialogProps {
  /** Why it needs another name. */
  readonly reason: string;
  readonly proposed: string;
  readonly error: Error | null;
  readonly isBusy: boolean;
  readonly onSave: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks under which name a copy is saved. */
export function NameDialog({ reason, proposed, error, isBusy, onSave, onClose }: NameDialogProps) {
  const [name, setName] = useState(proposed);
  const form = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (NAME.test(name)) onSave(name);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Save a copy"
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button look="primary" type="submit" form={form} disabled={isBusy || !NAME.test(name)}>
            Save
          </Button>
        </>
      }
    >
      <p>{reason}</p>
      <form id={form} onSubmit={submit}>
        <Field
          label="Name"
          error={NAME.test(name) ? error?.message : "Expected small letters, digits, - and _."}
        >
          {(attributes) => (
            <TextInput {...attributes} value={name} onChange={({ target }) => setName(target.value)} />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
