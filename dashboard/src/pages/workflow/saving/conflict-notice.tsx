import { useQueryClient } from "@tanstack/react-query";
import { ApiError } from "../../../api/api-error.ts";
import { queryKeys } from "../../../api/query-keys.ts";
import { workflowQuery } from "../../../api/workflows.ts";
import { Button } from "../../../components/button.tsx";
import { Notice } from "../../../components/notice.tsx";
import { showToast } from "../../../components/toast-store.ts";
import styles from "./saving.module.css";

interface ConflictNoticeProps {
  readonly name: string;
  readonly error: Error;
  /** Saves over the version that is the newest now. */
  readonly onOverwrite: (newest: number) => void;
  readonly onCompare: () => void;
}

/** Why it could not be saved; where somebody else was faster, what can be done about that. */
export function ConflictNotice({ name, error, onOverwrite, onCompare }: ConflictNoticeProps) {
  const client = useQueryClient();
  const isConflict = error instanceof ApiError && error.code === "CONFLICT";
  const overwrite = () =>
    client.fetchQuery({ ...workflowQuery(name), staleTime: 0 }).then(
      ({ version }) => onOverwrite(version ?? 0),
      (failure: unknown) => {
        const isGone = failure instanceof ApiError && failure.code === "WORKFLOW_UNKNOWN";
        if (isGone) onOverwrite(0);
        else showToast({ tone: "bad", text: `${name} could not be read: ${String(failure)}` });
      },
    );
  return (
    <Notice isAlert>
      <div className={styles["conflict"]}>
        <p>It was not saved: {error.message}</p>
        {isConflict && (
          <div className={styles["choices"]}>
            <Button
              onClick={() => {
                void client.invalidateQueries({ queryKey: queryKeys.workflowVersions(name) });
                onCompare();
              }}
            >
              Look at what was saved
            </Button>
            <Button onClick={() => void overwrite()}>Save as the next version</Button>
          </div>
        )}
      </div>
    </Notice>
  );
}
