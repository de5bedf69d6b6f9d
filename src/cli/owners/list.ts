import process from "node:process";
import type { OwnerView } from "../../contracts/owners.ts";
import { exportOwners, withoutUUID } from "../../runs/actions/owners.ts";
import { listOwners as listStored } from "../../store/owner-list.ts";
import { withStore } from "../keys/with-store.ts";
import { formatTable, paint, printJson, printLine } from "../terminal.ts";

interface ListOwnersOptions {
  readonly csv?: true;
  readonly json?: true;
}

export async function listOwners({ csv, json }: ListOwnersOptions): Promise<void> {
  await withStore(async (store) => {
    if (csv) {
      process.stdout.write(await exportOwners(store));
      return;
    }
    const owners = (await listStored(store.db)).map(withoutUUID);
    if (json) return printJson({ owners });
    const heading = ["owner", "keys", "runs", "today", "stored", "at once", "today's cost", "labels"];
    const [first = "", ...rest] = formatTable([heading, ...owners.map(rowOf)]).split("\n");
    printLine([paint("bold", first, process.stdout), ...rest].join("\n"));
  });
}

function rowOf({ name, limits, used, labels }: OwnerView): string[] {
  return [
    name,
    String(used.keys),
    String(used.runs),
    ofLimit(String(used.runsToday), limits.runsPerDay),
    ofLimit(gigabytes(used.bytesKept), limits.bytesKept === null ? null : gigabytes(limits.bytesKept)),
    ofLimit(String(used.tasks), limits.tasksAtOnce),
    ofLimit(`$${used.costToday}`, limits.costPerDay === null ? null : `$${limits.costPerDay}`),
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(" "),
  ];
}

const ofLimit = (used: string, limit: string | number | null): string =>
  limit === null ? used : `${used} of ${limit}`;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
