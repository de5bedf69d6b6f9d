import type { OwnerUUID } from "../contracts/ids.ts";
import type { CallsQuery } from "../contracts/spending.ts";
import { type BilledCall, readCalls } from "../store/spending.ts";
import type { Store } from "../store/store.ts";
import { asCsvText, type CsvCell, csvRow } from "./csv-row.ts";

const COLUMNS: readonly (readonly [title: string, cell: (call: BilledCall) => CsvCell])[] = [
  ["callUUID", ({ uuid }) => uuid],
  ["sentAt", ({ created_at }) => created_at.toISOString()],
  ["endedAt", ({ ended_at }) => ended_at?.toISOString() ?? null],
  ["provider", ({ provider }) => provider],
  ["providerId", ({ provider_id }) => (provider_id === null ? null : asCsvText(provider_id))],
  ["model", ({ model }) => asCsvText(model)],
  ["state", ({ state }) => state],
  ["reservedCost", ({ reserved_cost }) => reserved_cost],
  ["cost", ({ real_cost }) => real_cost],
  ["currency", ({ currency }) => currency],
  ["owner", ({ owner }) => asCsvText(owner)],
  ["workflow", ({ workflow }) => (workflow === null ? null : asCsvText(workflow))],
  ["file", ({ file }) => (file === null ? null : asCsvText(file))],
  ["step", ({ step }) => step],
  ["region", ({ region }) => region],
  ["attempt", ({ attempt }) => attempt],
  ["batchUUID", ({ batch_uuid }) => batch_uuid],
  ["runUUID", ({ run_uuid }) => run_uuid],
  ["taskUUID", ({ task_uuid }) => task_uuid],
];

/** Every call as a line, with what the provider calls it, so that a bill can be gone through line by line. */
export async function* exportCalls(
  { db }: Pick<Store, "db">,
  owner: OwnerUUID,
  range: CallsQuery,
): AsyncGenerator<string> {
  yield csvRow(COLUMNS.map(([title]) => title));
  for await (const calls of readCalls(db, owner, range)) {
    yield calls.map((call) => csvRow(COLUMNS.map(([, cell]) => cell(call)))).join("");
  }
}
