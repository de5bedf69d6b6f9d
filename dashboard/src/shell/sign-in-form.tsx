import { type FormEvent, type ReactNode, useRef, useState } from "react";
import type { SessionView } from "../../../src/contracts/session.ts";
import { ApiError } from "../api/api-error.ts";
import { signIn } from "../api/session.ts";
import { Button } from "../components/button.tsx";
import { Field } from "../components/field.tsx";
import { TextInput } from "../components/text-input.tsx";
import { Mark } from "./mark.tsx";
import styles from "./sign-in-form.module.css";

interface SignInFormProps {
  readonly heading: ReactNode;
  /** Why one is asked. */
  readonly children?: ReactNode;
  readonly onSignedIn: (session: SessionView) => Promise<void> | void;
}

/** Takes a key, and says what is wrong with it. */
export function SignInForm({ heading, children, onSignedIn }: SignInFormProps) {
  const [key, setKey] = useState("");
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  /* The button that was pressed could not keep the focus, and what is wrong is in the field. */
  const refuse = (failure: unknown) => {
    setError(describe(failure));
    form.current?.querySelector("input")?.focus();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    signIn(key)
      .then(onSignedIn)
      .catch(refuse)
      .finally(() => setBusy(false));
  };
  return (
    <form ref={form} className={styles["form"]} onSubmit={submit}>
      <Mark size={40} />
      {heading}
      {children}
      <Field
        label="API key"
        hint="As printed by maskloom keys create. It is not kept: a cookie stands for it."
        error={error}
      >
        {(attributes) => (
          <TextInput
            {...attributes}
            type="password"
            name="key"
            autoComplete="current-password"
            required
            value={key}
            onChange={(event) => setKey(event.target.value.trim())}
          />
        )}
      </Field>
      <Button look="primary" type="submit" disabled={isBusy || key === ""}>
        {isBusy ? "Signing in…" : "Sign in"}
      </Button>
    </form>
  );
}

function describe(failure: unknown): string {
  if (!(failure instanceof ApiError)) return String(failure);
  if (failure.status === 401) return "This key is unknown or was revoked. Check that all of it was copied.";
  return failure.message;
}
