import { useQuery } from "@tanstack/react-query";
import type { WaitingKind } from "../api/query-keys.ts";
import { waitingQuery } from "../api/waiting.ts";
import styles from "./waiting-count.module.css";

/** Above it the exact number tells nobody more. */
const MOST = 999;

/** How many wait for somebody on a page, beside its name; nothing where none does. */
export function WaitingCount({ kind }: { readonly kind: WaitingKind }) {
  const total = useQuery(waitingQuery(kind)).data?.total ?? 0;
  if (total === 0) return null;
  return (
    <span className={styles["count"]} data-waits={kind} title={`${total} wait for somebody`}>
      {total > MOST ? `${MOST}+` : total}
      <span className="visually-hidden"> waiting</span>
    </span>
  );
}
