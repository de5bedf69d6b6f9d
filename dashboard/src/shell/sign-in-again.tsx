import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import type { SessionView } from "../../../src/contracts/session.ts";
import { readSession, sessionQuery } from "../api/session.ts";
import { useLiveUpdates } from "../live/live-updates.ts";
import { resumeSession, useIsSessionEnded } from "./ended-session.ts";
import styles from "./sign-in-again.module.css";
import { SignInForm } from "./sign-in-form.tsx";

/**
 * Asks for a key where a session ends in the middle of something. It hides the page and lets it be: what is filled in is still
 * there for whoever comes back.
 */
export function SignInAgain() {
  const isEnded = useIsSessionEnded();
  const goOn = useGoOn();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isEnded) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isEnded]);
  useOtherTabs(isEnded, goOn);
  return (
    <dialog
      ref={dialog}
      className={styles["sheet"]}
      aria-label="Sign in again"
      onCancel={(event) => event.preventDefault()}
      /* Browsers let nobody be kept by a dialog: whoever insists on Escape gets it closed. */
      onClose={() => isEnded && dialog.current?.showModal()}
    >
      {isEnded && (
        <SignInForm heading={<h2>Sign in again</h2>} onSignedIn={goOn}>
          <p role="status" className={styles["why"]}>
            The key of this page is no longer good, or its session is over. Sign in to go on where you were.
          </p>
        </SignInForm>
      )}
    </dialog>
  );
}

/** As the same person with what is there, which is loaded anew by itself; as somebody else from the beginning. */
function useGoOn(): (session: SessionView) => void {
  const client = useQueryClient();
  const live = useLiveUpdates();
  return useCallback(
    (session) => {
      const before = client.getQueryData(sessionQuery.queryKey);
      if (before?.owner !== session.owner || before.role !== session.role) return window.location.reload();
      client.setQueryData(sessionQuery.queryKey, session);
      resumeSession();
      live.start();
    },
    [client, live],
  );
}

/** One cookie stands for all tabs: who has signed in in another one need not do so here. */
function useOtherTabs(isEnded: boolean, goOn: (session: SessionView) => void): void {
  useEffect(() => {
    if (!isEnded) return;
    const look = () => {
      readSession().then(goOn, () => undefined);
    };
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [isEnded, goOn]);
}
