import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { resumeSession } from "../../shell/ended-session.ts";
import { SignInForm } from "../../shell/sign-in-form.tsx";
import styles from "./login-page.module.css";

/** Pages of the server that are none of the dashboard's. */
const ELSEWHERE = /^\/(?:queues|docs)(?:\/|$)/;

/** Where a server that others can reach asks who is there. */
export function LoginPage() {
  const { next = "/" } = useSearch({ from: "/login" });
  const navigate = useNavigate();
  const client = useQueryClient();
  useEffect(() => {
    document.title = "Sign in · Maskloom";
  }, []);
  const enter = async () => {
    client.clear();
    resumeSession();
    if (ELSEWHERE.test(next)) window.location.assign(next);
    else await navigate({ href: next });
  };
  return (
    <main className={styles["page"]}>
      <SignInForm heading={<h1>Sign in to Maskloom</h1>} onSignedIn={enter} />
    </main>
  );
}
