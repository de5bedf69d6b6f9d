import type { ChangeRuns, TagRuns } from "../../contracts/bulk.ts";
import { changeRuns as changeMany, tagRuns as tagMany } from "../../runs/actions/bulk.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { actorOf } from "./actions.ts";

export async function changeRuns(
  request: ApiRequest<unknown, unknown, ChangeRuns>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  return { status: 200, body: await changeMany(store, actorOf(request), request.body) };
}

export async function tagRuns(
  request: ApiRequest<unknown, unknown, TagRuns>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  return { status: 200, body: await tagMany(store, actorOf(request), request.body) };
}
