import { useQuery } from "@tanstack/react-query";
import { healthQuery } from "../api/installation.ts";
import type { ConnectionState } from "../live/live-connection.ts";
import { useConnectionState } from "../live/live-updates.ts";
import styles from "./connection-light.module.css";

const WORDS: Readonly<Record<ConnectionState, string>> = {
  connecting: "Connecting",
  online: "Live",
  offline: "Not connected",
  unauthorized: "Signed out",
};

/** Whether the page is live, and which version it talks to. */
export function ConnectionLight() {
  const state = useConnectionState();
  const { data } = useQuery(healthQuery);
  return (
    <p className={styles["light"]} data-connection={state}>
      <span className={styles["dot"]} aria-hidden />
      {WORDS[state]}
      {data !== undefined && <span className={styles["version"]}>{data.version}</span>}
    </p>
  );
}
