import type { z } from "zod";
import type { KeyId } from "../../contracts/caller.ts";
import type { CreatedKey, CreateKey, KeyList, KeyQuery, KeyView } from "../../contracts/keys.ts";
import { MaskloomError } from "../../errors.ts";
import { createKey, listKeys, revokeKey, type KeyView as StoredKey } from "../../store/keys.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

export async function getKeys(
  { query }: ApiRequest<unknown, z.output<typeof KeyQuery>>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const keys = await listKeys(store.db, query);
  return { status: 200, body: { keys: keys.map(viewOf) } satisfies KeyList };
}

export async function postKey(
  { body, caller }: ApiRequest<unknown, unknown, CreateKey>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const { owner, name = owner, role, requestsPerMinute, concurrency, labels = {} } = body;
  const limits = { requestsPerMinute, concurrency };
  const by = caller?.keyId ?? null;
  const { id, key } = await createKey(store.db, { name, owner, role, limits, labels, actor: "api", by });
  store.wakeUps.notify("installation");
  return { status: 201, body: { key, view: await findKey(store, id) } satisfies CreatedKey };
}

export async function deleteKey(
  { params: { id }, caller }: ApiRequest<{ id: KeyId }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  if ((await revokeKey(store.db, id, "api", caller?.keyId ?? null)) === null) throw unknownKey(id);
  store.wakeUps.notify("keys", "installation");
  return { status: 200, body: await findKey(store, id) };
}

async function findKey({ db }: ApiServices["store"], id: KeyId): Promise<KeyView> {
  const key = (await listKeys(db, { revoked: true })).find((one) => one.id === id);
  if (key === undefined) throw unknownKey(id);
  return viewOf(key);
}

function unknownKey(id: KeyId): MaskloomError {
  return new MaskloomError("NOT_FOUND", `key ${id}: expected one that GET /api/keys lists; there is none`);
}

function viewOf({ limits, createdAt, lastUsedAt, revokedAt, ...key }: StoredKey): KeyView {
  return {
    ...key,
    ...limits,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
