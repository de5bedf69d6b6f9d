import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useState } from "react";
import type { SettingView } from "../../../../src/contracts/settings.ts";
import { queryKeys } from "../../api/query-keys.ts";
import { changeSettings } from "../../api/settings.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { TextInput } from "../../components/text-input.tsx";
import { showToast } from "../../components/toast-store.ts";
import { NUMBERS_OF_SETTINGS, readNumber } from "./setting-number.ts";
import styles from "./settings.module.css";

/** Opens the form of a setting that holds for everything as soon as it is changed. Nothing for one that is changed elsewhere. */
export function ChangeSetting({ setting }: { readonly setting: SettingView }) {
  const [isOpen, setOpen] = useState(false);
  if (setting.change !== "here") return null;
  return (
    <>
      <Button icon={Pencil} onClick={() => setOpen(true)} aria-label={`Change ${setting.name}`}>
        Change
      </Button>
      {isOpen && <ChangeDialog setting={setting} onClose={() => setOpen(false)} />}
    </>
  );
}

interface ChangeDialogProps {
  readonly setting: SettingView;
  readonly onClose: () => void;
}

function ChangeDialog({ setting: { name, about, value, source }, onClose }: ChangeDialogProps) {
  const client = useQueryClient();
  const [text, setText] = useState(value ?? "");
  const { unit, expected } = NUMBERS_OF_SETTINGS[name] ?? { unit: "", expected: "a number" };
  const number = readNumber(name, text);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (wanted: number | null) => changeSettings({ [name]: wanted }),
    onSuccess: async (settings, wanted) => {
      client.setQueryData(queryKeys.settings, settings);
      showToast({
        tone: "good",
        text: wanted === null ? `${name} is as it is configured.` : `${name} is ${wanted} ${unit} now.`,
      });
      onClose();
      await client.invalidateQueries({ queryKey: queryKeys.audits });
    },
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Change ${name}`}
      actions={
        <>
          {source === "stored" && (
            <Button disabled={isPending} onClick={() => mutate(null)}>
              Use the default again
            </Button>
          )}
          <Button onClick={onClose}>Not now</Button>
          <Button
            look="primary"
            disabled={isPending || number === undefined || String(number) === value}
            onClick={() => number !== undefined && mutate(number)}
          >
            Set
          </Button>
        </>
      }
    >
      <Field
        label={`${about} (${unit})`}
        hint="Holds for all workers from their next look on, within an hour. What is older or more then is removed for good."
        error={text === "" || number !== undefined ? undefined : `Expected ${expected}.`}
      >
        {(attributes) => (
          <TextInput
            {...attributes}
            inputMode="decimal"
            placeholder="not set"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      {error !== null && (
        <p className={styles["error"]} role="alert">
          {error.message}
        </p>
      )}
    </Dialog>
  );
}
