import process from "node:process";
import type { BatchSummary } from "../../contracts/api.ts";
import { listBatches as listStoredBatches } from "../../store/batch-view.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { withStore } from "../keys/with-store.ts";
import { minute } from "../runs/list.ts";
import { formatTable, paint, printJson, printLine, say } from "../terminal.ts";

interface ListBatchesOptions {
  readonly all?: true;
  readonly limit: number;
  readonly json?: true;
}

export async function listBatches({ all, limit, json }: ListBatchesOptions): Promise<void> {
  const filter = { single: all === true, limit };
  const batches = await withStore(({ db }) => listStoredBatches(db, LOCAL_OWNER, filter));
  if (json) return printJson({ batches });
  if (batches.length === 0) return say("no batch");
  const rows = batches.map((batch) => [
    batch.batchUUID,
    batch.status,
    batch.workflow,
    minute(batch.createdAt),
    countsOf(batch),
  ]);
  const [first = "", ...rest] = formatTable([
    ["batch", "status", "workflow", "begun", "runs"],
    ...rows,
  ]).split("\n");
  printLine([paint("bold", first, process.stdout), ...rest].join("\n"));
}

/** 12 succeeded, 1 failed */
export function countsOf({ runs }: Pick<BatchSummary, "runs">): string {
  const counts = Object.entries(runs).filter(([, count]) => count > 0);
  return counts.length === 0 ? "none" : counts.map(([status, count]) => `${count} ${status}`).join(", ");
}
