import type { ErrorRecord } from "../../../../src/errors.ts";
import { Advice } from "../../components/failure-advice/advice.tsx";
import styles from "./outcome.module.css";

interface OutcomeProps {
  /** Why it failed or waits, or what it went on without. */
  readonly errors: readonly ErrorRecord[];
  readonly warnings: readonly string[];
}

const MOST_SHOWN = 3;

/** What went wrong with a run or a task, what to do about it, and what was noticed on the way; nothing where nothing was. */
export function Outcome({ errors, warnings }: OutcomeProps) {
  return (
    <>
      {errors.slice(0, MOST_SHOWN).map(({ code, message }) => (
        <div key={`${code} ${message}`} className={styles["error"]} role="alert">
          <p>
            <code>{code}</code> {message}
          </p>
          <p className={styles["advice"]}>
            <Advice code={code} />
          </p>
        </div>
      ))}
      {errors.length > MOST_SHOWN && <p>And {errors.length - MOST_SHOWN} more: its steps have them all.</p>}
      {warnings.length > 0 && (
        <ul className={styles["warnings"]} aria-label="Warnings">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </>
  );
}
