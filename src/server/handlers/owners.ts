import type { RunUUID } from "../../contracts/ids.ts";
import type { ChangeOwner, Erased, OwnerList, OwnerView } from "../../contracts/owners.ts";
import { notThere } from "../../runs/actions/actor.ts";
import { changeOwner, exportOwners, ownerNamed, withoutUUID } from "../../runs/actions/owners.ts";
import { eraseRuns, eraseOwner as eraseStoredOwner } from "../../runs/collect/erase.ts";
import { listOwners } from "../../store/owner-list.ts";
import { findRunPlace } from "../../store/run-places.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { actorOf } from "./actions.ts";

export async function getOwners(_request: ApiRequest, { store }: ApiServices): Promise<ApiAnswer> {
  const owners = (await listOwners(store.db)).map(withoutUUID);
  return { status: 200, body: { owners } satisfies OwnerList };
}

export async function getOwnersTable(_request: ApiRequest, { store }: ApiServices): Promise<ApiAnswer> {
  return {
    status: 200,
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="owners.csv"',
    },
    text: await exportOwners(store),
  };
}

export async function patchOwner(
  request: ApiRequest<{ name: string }, unknown, ChangeOwner>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const owner = await changeOwner(store, actorOf(request), request.params.name, request.body);
  return { status: 200, body: owner satisfies OwnerView };
}

export async function eraseOwner(
  request: ApiRequest<{ name: string }>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const { uuid } = await ownerNamed(services.store, request.params.name);
  const erased = await eraseStoredOwner(services, actorOf(request), uuid);
  return { status: 200, body: erased satisfies Erased };
}

export async function eraseRun(
  request: ApiRequest<{ runUUID: RunUUID }>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const { runUUID } = request.params;
  if ((await findRunPlace(services.store.db, request.owner, runUUID)) === null)
    throw notThere("run", runUUID);
  const erased = await eraseRuns(services, actorOf(request), [runUUID]);
  return { status: 200, body: erased satisfies Erased };
}
