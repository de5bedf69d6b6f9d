import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CloudDownload, Gauge, Trash2 } from "lucide-react";
import { useState, useSyncExternalStore } from "react";
import type { ModelView } from "../../../../src/contracts/api.ts";
import { modelSpeedQuery, removeModel } from "../../api/models.ts";
import { queryKeys } from "../../api/query-keys.ts";
import { useRole } from "../../api/use-role.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { showToast } from "../../components/toast-store.ts";
import styles from "./models.module.css";
import { readPull, startPull, subscribeToPulls } from "./pull-store.ts";

/** What whoever looks at it can do with a model as it stands. */
export function ModelActions({ model: { id, kind, state, origin } }: { readonly model: ModelView }) {
  const client = useQueryClient();
  const isAdmin = useRole("admin");
  const mayMeasure = useRole("operator");
  const pull = useSyncExternalStore(subscribeToPulls, () => readPull(id));
  const isPulling = pull !== undefined && pull.failure === null;
  const renew = () => void client.invalidateQueries({ queryKey: queryKeys.models });
  const begin = () =>
    startPull(id, () => {
      showToast({ tone: "good", text: `${id} is here, checked and run once.` });
      renew();
    });
  const isReadyDetector = kind === "detector" && state === "ready";
  const isRemovable = origin === "added" || (origin === "pulled" && state !== "notPulled");
  return (
    <div className={styles["actions"]}>
      {isAdmin && origin === "pulled" && state !== "ready" && (
        <Button look="primary" icon={CloudDownload} disabled={isPulling} onClick={() => void begin()}>
          Pull
        </Button>
      )}
      {isReadyDetector && (
        <Link to="/playground" search={{ model: id }} className={styles["try"]}>
          Try it
        </Link>
      )}
      {mayMeasure && isReadyDetector && <MeasureButton id={id} />}
      {isAdmin && isRemovable && <RemoveButton id={id} isAdded={origin === "added"} onRemoved={renew} />}
    </div>
  );
}

function MeasureButton({ id }: { readonly id: string }) {
  const { isFetching, refetch } = useQuery(modelSpeedQuery(id));
  return (
    <Button icon={Gauge} disabled={isFetching} onClick={() => void refetch()}>
      Measure
    </Button>
  );
}

interface RemoveButtonProps {
  readonly id: string;
  readonly isAdded: boolean;
  readonly onRemoved: () => void;
}

function RemoveButton({ id, isAdded, onRemoved }: RemoveButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => removeModel(id),
    onSuccess() {
      setAsking(false);
      onRemoved();
    },
  });
  return (
    <>
      <Button icon={Trash2} onClick={() => setAsking(true)}>
        Remove
      </Button>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Remove ${id}?`}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
            <Button look="danger" icon={Trash2} disabled={isPending} onClick={() => mutate()}>
              Remove
            </Button>
          </>
        }
      >
        <p>
          {isAdded
            ? "Its file was brought by somebody: only they can bring it again. "
            : "It can be pulled again at any time. "}
          Workflows that name it fail until it is back.
        </p>
        {error !== null && (
          <p className={styles["failure"]} role="alert">
            {error.message}
          </p>
        )}
      </Dialog>
    </>
  );
}
