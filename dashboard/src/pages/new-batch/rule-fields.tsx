import { Disclosure } from "../../components/disclosure.tsx";
import { Field } from "../../components/field.tsx";
import { MoneyField } from "../../components/money-field.tsx";
import { TextInput } from "../../components/text-input.tsx";
import styles from "./plan-panel.module.css";
import { type RuleTexts, readMaxFailures } from "./start-rules.ts";

interface RuleFieldsProps {
  readonly rules: RuleTexts;
  readonly onRules: (rules: RuleTexts) => void;
}

/** When it stops by itself, and what of it need not be done. */
export function RuleFields({ rules, onRules }: RuleFieldsProps) {
  const error =
    readMaxFailures(rules.maxFailures) === undefined ? "Expected a whole number from 1 on" : undefined;
  return (
    <Disclosure title="Limits, and what was done before">
      <div className={styles["rules"]}>
        <MoneyField
          label="At most, in USD"
          hint="What would cost more than that together is held; empty = no limit of its own."
          text={rules.maxCost}
          onText={(maxCost) => onRules({ ...rules, maxCost })}
        />
        <Field
          label="Pause after failures"
          hint="When so many pictures have failed; empty = never."
          error={error}
        >
          {(attributes) => (
            <TextInput
              {...attributes}
              inputMode="numeric"
              placeholder="never"
              value={rules.maxFailures}
              onChange={({ target }) => onRules({ ...rules, maxFailures: target.value })}
            />
          )}
        </Field>
        <label className={styles["check"]}>
          <input
            type="checkbox"
            checked={rules.again}
            onChange={({ target }) => onRules({ ...rules, again: target.checked })}
          />
          Do again what was done before
        </label>
        <p className={styles["quiet"]}>
          A picture that an earlier batch did with the same workflow, inputs and models has its result at
          once.
        </p>
      </div>
    </Disclosure>
  );
}
