import { CircleAlert, RotateCw } from "lucide-react";
import { ApiError, isPassing } from "../api/api-error.ts";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";
import styles from "./message.module.css";

interface ErrorStateProps {
  readonly error: unknown;
  /** What was attempted: "The runs could not be loaded". */
  readonly title: string;
  readonly onRetry?: () => void;
}

/** What happened and what to do, in the words of the API, which says both. */
export function ErrorState({ error, title, onRetry }: ErrorStateProps) {
  const known = error instanceof ApiError ? error : null;
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div className={classNames(styles["message"], styles["bad"])} role="alert">
      <CircleAlert size={28} strokeWidth={1.5} aria-hidden />
      <p className={styles["title"]}>{title}</p>
      <div className={styles["text"]}>
        <p>{sentence(message)}</p>
        {known !== null && (
          <p>
            <code>{known.code}</code>
            {known.requestId !== null && ` in request ${known.requestId}`}
          </p>
        )}
        {isPassing(error) && <p>It may work when it is tried again.</p>}
      </div>
      {onRetry !== undefined && (
        <div className={styles["actions"]}>
          <Button icon={RotateCw} onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1) + (/[.!?]$/.test(message) ? "" : ".");
}
