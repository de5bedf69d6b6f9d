import type { LimitChanges, ProviderLimits } from "../../contracts/provider.ts";
import { changeProviderLimits } from "../../runs/calls/change-limits.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { actorOf } from "./actions.ts";

export async function setProviderLimits(
  request: ApiRequest<{ readonly name: string }, unknown, LimitChanges>,
  { store, config }: ApiServices,
): Promise<ApiAnswer> {
  const { params, body } = request;
  const limits = await changeProviderLimits(store, actorOf(request), config.providers, params.name, body);
  return { status: 200, body: limits satisfies ProviderLimits };
}
