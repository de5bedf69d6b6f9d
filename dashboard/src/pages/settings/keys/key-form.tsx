import type { FormEvent } from "react";
import type { Role } from "../../../../../src/contracts/caller.ts";
import type { CreateKey } from "../../../../../src/contracts/keys.ts";
import { Field } from "../../../components/field.tsx";
import { Select } from "../../../components/select.tsx";
import { TextInput } from "../../../components/text-input.tsx";
import { ROLE_LOOKS } from "../role-badge.tsx";
import styles from "./keys.module.css";

/** What was typed, as it was typed. */
export interface KeyDraft {
  readonly name: string;
  readonly owner: string;
  readonly role: Role;
  readonly requestsPerMinute: string;
  readonly concurrency: string;
}

type Faults = Partial<Record<keyof KeyDraft, string>>;

const OWNER = /^[\w.@+-]{1,64}$/;
const MOST = { requestsPerMinute: 1_000_000, concurrency: 10_000 } as const;

/** The key that is asked for, or what is wrong with each field; the server checks it again. */
export function readDraft(draft: KeyDraft): { readonly key: CreateKey | null; readonly faults: Faults } {
  const { name, owner, role } = draft;
  const limit = (field: keyof typeof MOST): number | null | undefined => {
    const text = draft[field].trim();
    if (text === "") return null;
    const value = Number(text);
    return Number.isInteger(value) && value >= 1 && value <= MOST[field] ? value : undefined;
  };
  const requestsPerMinute = limit("requestsPerMinute");
  const concurrency = limit("concurrency");
  const faultOf = (field: keyof typeof MOST) =>
    `Expected a whole number from 1 to ${MOST[field].toLocaleString("en-US")}, or nothing.`;
  const faults: Faults = {
    ...(OWNER.test(owner) ? {} : { owner: "Expected 1 to 64 letters, digits, or any of . _ @ + -" }),
    ...(name.length <= 100 ? {} : { name: "Expected at most 100 characters." }),
    ...(requestsPerMinute === undefined ? { requestsPerMinute: faultOf("requestsPerMinute") } : {}),
    ...(concurrency === undefined ? { concurrency: faultOf("concurrency") } : {}),
  };
  if (Object.keys(faults).length > 0 || requestsPerMinute === undefined || concurrency === undefined) {
    return { key: null, faults };
  }
  const named = name.trim() === "" ? {} : { name: name.trim() };
  return { key: { ...named, owner, role, requestsPerMinute, concurrency }, faults };
}

interface KeyFormProps {
  readonly draft: KeyDraft;
  readonly faults: Faults;
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
      <div className={styles["limits"]}>
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
      {/* Enter in a field sends the form only where there is a button for it. */}
      <button type="submit" hidden />
    </form>
  );
}
