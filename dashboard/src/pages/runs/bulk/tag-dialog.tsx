import { type FormEvent, useId, useState } from "react";
import type { RunView } from "../../../../../src/contracts/run.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Field } from "../../../components/field.tsx";
import { TextInput } from "../../../components/text-input.tsx";
import styles from "./dialogs.module.css";

interface TagDialogProps {
  readonly words: string;
  /** Those of them that are loaded: what tags there are to take away. */
  readonly runs: readonly Pick<RunView, "tags">[];
  readonly onClose: () => void;
  readonly onTag: (add: readonly string[], remove: readonly string[]) => void;
}

const LONGEST = 50;
const MOST = 20;

export function TagDialog({ words, runs, onClose, onTag }: TagDialogProps) {
  const form = useId();
  const [text, setText] = useState("");
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
  const add = [...new Set(text.split(/[\s,]+/).filter((tag) => tag !== ""))];
  const tooLong = add.find((tag) => [...tag].length > LONGEST);
  const error =
    tooLong === undefined
      ? add.length > MOST
        ? `Expected at most ${MOST} tags.`
        : undefined
      : `Expected at most ${LONGEST} characters, got ${tooLong.slice(0, 20)}…`;
  const there = [...new Set(runs.flatMap(({ tags }) => tags))].sort();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onTag(add, [...removed]);
  };
  const turn = (tag: string, isRemoved: boolean) =>
    setRemoved(new Set([...removed].filter((one) => one !== tag).concat(isRemoved ? [tag] : [])));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Tag ${words}`}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            look="primary"
            type="submit"
            form={form}
            disabled={error !== undefined || add.length + removed.size === 0}
          >
            Tag
          </Button>
        </>
      }
    >
      <form id={form} className={styles["form"]} onSubmit={submit}>
        <Field label="Add" hint="Several with spaces between them." error={error}>
          {(attributes) => (
            <TextInput
              {...attributes}
              value={text}
              autoComplete="off"
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        {there.length > 0 && (
          <fieldset className={styles["tags"]}>
            <legend>Take away</legend>
            {there.map((tag) => (
              <label key={tag}>
                <input
                  type="checkbox"
                  checked={removed.has(tag)}
                  onChange={(event) => turn(tag, event.target.checked)}
                />
                {tag}
              </label>
            ))}
          </fieldset>
        )}
      </form>
    </Dialog>
  );
}
