import { CloudOff, KeyRound } from "lucide-react";
import { useConnectionState } from "../live/live-updates.ts";
import styles from "./connection-banner.module.css";

/** Says that what is shown may be old. Nothing is said where everything is as it should be. */
export function ConnectionBanner() {
  const state = useConnectionState();
  return (
    <div role="status" className={styles["place"]}>
      {state === "offline" && (
        <p className={styles["banner"]}>
          <CloudOff size={16} aria-hidden />
          <span>
            Not connected: what you see may be old.
            <span className={styles["more"]}> It goes on by itself as soon as the server answers.</span>
          </span>
        </p>
      )}
      {state === "unauthorized" && (
        <p className={styles["banner"]}>
          <KeyRound size={16} aria-hidden />
          <span>
            The key of this page is no longer good. <a href="/login">Sign in</a> with another one.
          </span>
        </p>
      )}
    </div>
  );
}
