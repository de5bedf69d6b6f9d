import { type FormEvent, useId, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Field } from "../../../components/field.tsx";
import { TextInput } from "../../../components/text-input.tsx";
import { showToast } from "../../../components/toast-store.ts";
import type { RunsSearch } from "../runs-search.ts";
import { addView, storeViews } from "./saved-views.ts";

interface SaveViewDialogProps {
  readonly search: RunsSearch;
  readonly onClose: () => void;
}

export function SaveViewDialog({ search: { view: _, ...search }, onClose }: SaveViewDialogProps) {
  const form = useId();
  const [name, setName] = useState("");
  const save = (event: FormEvent) => {
    event.preventDefault();
    const isKept = storeViews((views) => addView(views, { name, search }));
    showToast(
      isKept
        ? { tone: "good", text: `The view ${name.trim()} is kept in this browser.` }
        : { tone: "bad", text: "This browser keeps nothing for this page; copy the link instead." },
    );
    onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Save this view"
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button look="primary" type="submit" form={form} disabled={name.trim() === ""}>
            Save
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={save}>
        <Field label="Name" hint="Kept in this browser. A link of it shows the same runs to others.">
          {(attributes) => (
            <TextInput
              {...attributes}
              value={name}
              maxLength={60}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
