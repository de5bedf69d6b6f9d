import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { ApiError } from "../../api/api-error.ts";
import { signIn } from "../../api/session.ts";
import { Button } from "../../components/button.tsx";
import { Field } from "../../components/field.tsx";
import { TextInput } from "../../components/text-input.tsx";
import { Mark } from "../../shell/mark.tsx";
import styles from "./login-page.module.css";

/** Pages of the server that are none of the dashboard's. */
const ELSEWHERE = /^\/(?:queues|docs)(?:\/|$)/;

/** Where a server that others can reach asks who is there. */
export function LoginPage() {
  const { next = "/", ended = false } = useSearch({ from: "/login" });
  const navigate = useNavigate();
  const client = useQueryClient();
  const [key, setKey] = useState("");
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    document.title = "Sign in · Maskloom";
  }, []);

  const enter = async () => {
    await signIn(key);
    client.clear();
    if (ELSEWHERE.test(next)) window.location.assign(next);
    else await navigate({ href: next });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    enter()
      .catch((failure: unknown) => setError(describe(failure)))
      .finally(() => setBusy(false));
  };
  return (
    <main className={styles["page"]}>
      <form className={styles["form"]} onSubmit={submit}>
        <Mark size={40} />
        <h1>Sign in to Maskloom</h1>
        {ended && (
          <p role="status" className={styles["ended"]}>
            The key of this page is no longer good, or its session is over. Sign in to go on where you were.
          </p>
        )}
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
    </main>
  );
}

function describe(failure: unknown): string {
  if (!(failure instanceof ApiError)) return String(failure);
  if (failure.status === 401) return "This key is unknown or was revoked. Check that all of it was copied.";
  return failure.message;
}
