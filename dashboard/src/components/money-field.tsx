import { Field } from "./field.tsx";
import { TextInput } from "./text-input.tsx";

const MOST = 1_000_000;

/** What somebody typed as US dollars: null where nothing, undefined where it is none. */
export function readMoney(text: string): number | null | undefined {
  const trimmed = text.trim().replace(/^\$/, "").trim();
  if (trimmed === "") return null;
  if (!/^(?:\d+(?:\.\d*)?|\.\d+)$/.test(trimmed)) return undefined;
  const amount = Number(trimmed);
  return amount <= MOST ? amount : undefined;
}

interface MoneyFieldProps {
  readonly label: string;
  /** What nothing means, say. */
  readonly hint: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}

export function MoneyField({ label, hint, text, onText }: MoneyFieldProps) {
  const error = readMoney(text) === undefined ? "Expected US dollars, such as 2.50" : undefined;
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => (
        <TextInput
          {...attributes}
          inputMode="decimal"
          value={text}
          onChange={({ target }) => onText(target.value)}
        />
      )}
    </Field>
  );
}
