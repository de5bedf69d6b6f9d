import { includesRole } from "../../contracts/caller.ts";
import type { ProviderTest } from "../../contracts/provider-list.ts";
import { MaskloomError } from "../../errors.ts";
import { howToConfigure } from "../../provider-remedy.ts";
import { listProviders as list } from "../../runs/providers/list-providers.ts";
import { testProvider as test } from "../../runs/providers/test-provider.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

export async function listProviders(
  { owner, caller }: ApiRequest,
  services: ApiServices,
): Promise<ApiAnswer> {
  const seesAll = caller !== null && includesRole(caller.role, "admin");
  return { status: 200, body: await list(services, { owner, seesAll }) };
}

export async function testProvider(
  { params }: ApiRequest<{ readonly name: string }>,
  { store, models }: ApiServices,
): Promise<ApiAnswer> {
  const provider = models.providers.find(params.name);
  if (provider === undefined) {
    const known = models.providers.all.map(({ id }) => id).join(", ") || "there is none";
    throw new MaskloomError(
      "NOT_FOUND",
      `provider ${params.name}: expected one that is configured (${known}).${howToConfigure(params.name)}`,
    );
  }
  return { status: 200, body: (await test(store, provider)) satisfies ProviderTest };
}
