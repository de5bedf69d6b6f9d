import { Ban, Download, Pause, Play, RotateCw } from "lucide-react";
import { useState } from "react";
import type { BatchView } from "../../../../src/contracts/api.ts";
import { cancelBatch, pauseBatch, resumeBatch, retryFailed } from "../../api/batch-actions.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Menu } from "../../components/menu.tsx";
import { showToast } from "../../components/toast-store.ts";
import { BatchLinks } from "./batch-links.tsx";
import { mainActionOf } from "./main-action.ts";
import { useBatchAction } from "./use-batch-action.ts";

interface BatchActionsProps {
  readonly batch: BatchView;
  readonly canChange: boolean;
}

/** What can be done to the batch now, and what can be taken from it. */
export function BatchActions({ batch, canChange }: BatchActionsProps) {
  const { batchUUID, status, runs } = batch;
  const { mutate, isPending } = useBatchAction(batchUUID);
  const [asks, setAsks] = useState(false);
  const isOpen = status === "running" || status === "paused";
  const failed = runs.failed + runs.partial;
  const lookOf = (action: "resume" | "retry") => (mainActionOf(batch) === action ? "primary" : "plain");
  const cancel = () => {
    setAsks(false);
    mutate({
      act: cancelBatch,
      expected: { status: "cancelled", perMinute: null, secondsLeft: null },
      failed: "The batch was not cancelled",
    });
  };
  return (
    <>
      {canChange && failed > 0 && status !== "cancelled" && (
        <Button
          icon={RotateCw}
          look={lookOf("retry")}
          disabled={isPending}
          onClick={() => mutate(retrying(batch))}
        >
          Retry {failed} failed
        </Button>
      )}
      {canChange && status === "running" && (
        <Button
          icon={Pause}
          disabled={isPending}
          onClick={() =>
            mutate({
              act: pauseBatch,
              expected: { status: "paused", perMinute: null, secondsLeft: null },
              failed: "The batch was not paused",
            })
          }
        >
          Pause
        </Button>
      )}
      {canChange && status === "paused" && (
        <Button
          icon={Play}
          look={lookOf("resume")}
          disabled={isPending}
          onClick={() =>
            mutate({ act: resumeBatch, expected: { status: "running" }, failed: "The batch does not go on" })
          }
        >
          Resume
        </Button>
      )}
      {canChange && isOpen && (
        <Button icon={Ban} look="danger" disabled={isPending} onClick={() => setAsks(true)}>
          Cancel
        </Button>
      )}
      <BatchLinks batch={batch} />
      <Downloads batchUUID={batchUUID} />
      <Dialog
        isOpen={asks}
        onClose={() => setAsks(false)}
        title="Cancel this batch?"
        actions={
          <>
            <Button onClick={() => setAsks(false)}>Let it go on</Button>
            <Button look="danger" onClick={cancel}>
              Cancel the batch
            </Button>
          </>
        }
      >
        <p>
          What has ended stays as it is; everything else ends now, and a cancelled batch does not go on.
          Remote calls under way may still be billed.
        </p>
      </Dialog>
    </>
  );
}

function retrying({ runs }: BatchView) {
  const again = runs.failed + runs.partial;
  return {
    act: async (uuid: string) => {
      const { retried, left } = await retryFailed(uuid);
      const begun = retried === 1 ? "1 picture begins again." : `${retried} pictures begin again.`;
      const rest = `${left} cannot be had any more; send them again in a new batch.`;
      showToast({ tone: left > 0 ? "warn" : "good", text: left > 0 ? `${begun} ${rest}` : begun });
    },
    expected: {
      status: "running" as const,
      failures: [],
      runs: { ...runs, queued: runs.queued + again, failed: 0, partial: 0 },
    },
    failed: "Nothing was retried",
  };
}

function Downloads({ batchUUID }: { readonly batchUUID: string }) {
  const save = (file: string) => () => {
    const link = document.createElement("a");
    link.href = `/api/batches/${batchUUID}/${file}`;
    link.download = "";
    link.click();
  };
  return (
    <Menu
      trigger={<Button icon={Download}>Download</Button>}
      items={[
        { label: "All results, with the report (zip)", onSelect: save("results.zip") },
        { label: "Report as web pages (zip)", onSelect: save("report.zip") },
        { label: "Report as JSON", onSelect: save("report.json") },
      ]}
    />
  );
}
