import { Advice } from "../../components/failure-advice/advice.tsx";
import { Notice } from "../../components/notice.tsx";
import styles from "./outcome.module.css";
import type { Reason } from "./reasons-of.ts";

interface OutcomeProps {
  /** Why it failed or waits, or what it went on without. */
  readonly errors: readonly Reason[];
  readonly warnings: readonly string[];
}

const MOST_SHOWN = 3;

/** What went wrong with a run or a task, what to do about it, and what was noticed on the way; nothing where nothing was. */
export function Outcome({ errors, warnings }: OutcomeProps) {
  return (
    <>
      {errors.slice(0, MOST_SHOWN).map(({ code, message, waits = false }) => (
        <Notice key={`${code} ${message}`} {...(waits ? { tone: "warn" as const } : { isAlert: true })}>
          <p>
            <code>{code}</code> {message}
          </p>
          <p className={styles["advice"]}>
            <Advice code={code} />
          </p>
        </Notice>
      ))}
      {errors.length > MOST_SHOWN && <p>And {errors.length - MOST_SHOWN} more: its steps have them all.</p>}
      {warnings.length > 0 && (
        <Notice tone="warn">
          <ul aria-label="Warnings">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}
