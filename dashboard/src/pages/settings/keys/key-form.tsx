import type { FormEvent } from "react";
import type { Role } from "../../../../../src/contracts/caller.ts";
import { Field } from "../../../components/field.tsx";
import { Select } from "../../../components/select.tsx";
import { TextInput } from "../../../components/text-input.tsx";
import { TextArea } from "../../../components/workflow-form/text-area.tsx";
import form from "../form.module.css";
import { ROLE_LOOKS } from "../role-badge.tsx";
import type { KeyDraft, KeyFaults } from "./key-draft.ts";
import styles from "./keys.module.css";

interface KeyFormProps {
  readonly draft: KeyDraft;
  readonly faults: KeyFaults;
  readonly onChange: (draft: KeyDraft) => void;
  readonly onSubmit: () => void;
}

const ROLES = Object.keys(ROLE_LOOKS) as Role[];

export function KeyForm({ draft, faults, onChange, onSubmit }: KeyFormProps) {
  const set = (change: Partial<KeyDraft>) => onChange({ ...draft, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className={styles["form"]} onSubmit={submit}>
      <Field
        label="Name"
        hint="What it is for, in lists. Without one it is called like its owner."
        error={faults.name}
      >
        {(attributes) => (
          <TextInput
            {...attributes}
            value={draft.name}
            onChange={({ target }) => set({ name: target.value })}
          />
        )}
      </Field>
      <Field
        label="Owner"
        hint="Whose results it sees and makes. Owners know nothing of each other."
        error={faults.owner}
      >
        {(attributes) => (
          <TextInput
            {...attributes}
            value={draft.owner}
            spellCheck={false}
            onChange={({ target }) => set({ owner: target.value })}
          />
        )}
      </Field>
      <Field label="Role" hint={`A key that ${ROLE_LOOKS[draft.role].meaning}.`}>
        {(attributes) => (
          <Select
            {...attributes}
            value={draft.role}
            options={ROLES.map((role) => ({ value: role, label: role }))}
            onChoose={(role) => set({ role: role as Role })}
          />
        )}
      </Field>
      <div className={form["limits"]}>
        <Field
          label="Requests a minute"
          hint="Nothing: as many as it likes."
          error={faults.requestsPerMinute}
        >
          {(attributes) => (
            <TextInput
              {...attributes}
              inputMode="numeric"
              value={draft.requestsPerMinute}
              onChange={({ target }) => set({ requestsPerMinute: target.value })}
            />
          )}
        </Field>
        <Field label="Tasks at a time" hint="Nothing: as many as it likes." error={faults.concurrency}>
          {(attributes) => (
            <TextInput
              {...attributes}
              inputMode="numeric"
              value={draft.concurrency}
              onChange={({ target }) => set({ concurrency: target.value })}
            />
          )}
        </Field>
      </div>
      <Field label="Labels" hint="One a line, such as device=studio-mac." error={faults.labels}>
        {(attributes) => (
          <TextArea {...attributes} value={draft.labels} onChange={(labels) => set({ labels })} />
        )}
      </Field>
      {/* Enter in a field sends the form only where there is a button for it. */}
      <button type="submit" hidden />
    </form>
  );
}
