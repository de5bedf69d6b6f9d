import type { ChangeOwner, OwnerView } from "../../contracts/owners.ts";
import { MaskloomError } from "../../errors.ts";
import {
  changeOwner as changeStored,
  findOwner,
  listOwners,
  type StoredOwner,
} from "../../store/owner-list.ts";
import type { Store } from "../../store/store.ts";
import { asCsvText, type CsvCell, csvRow } from "../csv-row.ts";
import { type Actor, audit } from "./actor.ts";

export const withoutUUID = ({ uuid: _, ...owner }: StoredOwner): OwnerView => owner;

/** @throws NOT_FOUND */
export async function ownerNamed({ db }: Pick<Store, "db">, name: string): Promise<StoredOwner> {
  const owner = await findOwner(db, name);
  if (owner !== null) return owner;
  throw new MaskloomError(
    "NOT_FOUND",
    `owner ${name}: expected one that \`maskloom owners list\` or GET /api/owners shows; there is none`,
  );
}

/** Limits hold from the next request on, for all servers. @throws NOT_FOUND */
export async function changeOwner(
  store: Store,
  actor: Actor,
  name: string,
  change: ChangeOwner,
): Promise<OwnerView> {
  const { uuid } = await ownerNamed(store, name);
  await store.db.transaction().execute(async (transaction) => {
    await changeStored(transaction, uuid, change);
    await audit(transaction, actor, "owner.change", name, JSON.parse(JSON.stringify(change)));
  });
  store.wakeUps.notify("ready", "installation");
  return withoutUUID(await ownerNamed(store, name));
}

const COLUMNS: readonly (readonly [title: string, cell: (owner: OwnerView) => CsvCell])[] = [
  ["owner", ({ name }) => asCsvText(name)],
  ["createdAt", ({ createdAt }) => createdAt],
  ["erasedAt", ({ erasedAt }) => erasedAt],
  ["runs", ({ used }) => used.runs],
  ["runsToday", ({ used }) => used.runsToday],
  ["runsPerDay", ({ limits }) => limits.runsPerDay],
  ["bytesKept", ({ used }) => used.bytesKept],
  ["mostBytesKept", ({ limits }) => limits.bytesKept],
  ["tasks", ({ used }) => used.tasks],
  ["tasksAtOnce", ({ limits }) => limits.tasksAtOnce],
  ["costToday", ({ used }) => used.costToday],
  ["costPerDay", ({ limits }) => limits.costPerDay],
  ["keys", ({ used }) => used.keys],
  [
    "labels",
    ({ labels }) =>
      asCsvText(
        Object.entries(labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(" "),
      ),
  ],
];

/** All owners with what they may and do use, for a bill or a table. */
export async function exportOwners({ db }: Pick<Store, "db">): Promise<string> {
  const lines = (await listOwners(db)).map((owner) => csvRow(COLUMNS.map(([, cell]) => cell(owner))));
  return [csvRow(COLUMNS.map(([title]) => title)), ...lines].join("");
}
