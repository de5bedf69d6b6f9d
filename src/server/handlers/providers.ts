import { includesRole } from "../../contracts/caller.ts";
import type { ProviderList, ProviderTest, ProviderView } from "../../contracts/provider-list.ts";
import { shownAddress } from "../../contracts/shown-address.ts";
import { MaskloomError } from "../../errors.ts";
import type { RemoteProvider } from "../../inpainting/providers/provider-instance.ts";
import { providerGroups } from "../../provider-groups.ts";
import { reservedPrice } from "../../provider-settings.ts";
import { slotsInUse } from "../../runs/calls/slots-in-use.ts";
import { testProvider as test } from "../../runs/providers/test-provider.ts";
import { type ProviderState, readProviderStates } from "../../store/provider-states.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { budgetsOf } from "./spending.ts";

export async function listProviders(
  { owner, caller }: ApiRequest,
  { store, models }: ApiServices,
): Promise<ApiAnswer> {
  const { all } = models.providers;
  const ids = all.map(({ id }) => id);
  const groups = providerGroups(all.map(({ settings }) => settings));
  const names = [...ids, ...groups.map(({ id }) => id)];
  const seesAll = caller !== null && includesRole(caller.role, "admin");
  const [states, slots, budgets, shelf] = await Promise.all([
    readProviderStates(store.db, { owner, seesAll }, names),
    slotsInUse(store, ids),
    Promise.all(all.map(({ settings }) => budgetsOf(store, owner, settings, seesAll))),
    models.look(),
  ]);
  const providers = all.flatMap((provider, at) => {
    const state = states.get(provider.id);
    const inUse = slots.get(provider.id) ?? 0;
    return state === undefined ? [] : [viewOf(provider, state, inUse, budgets[at] ?? [])];
  });
  const groupViews = groups.map(({ id, members }) => ({
    id,
    members: members.map((member) => member.id),
    queue: `inpainting-${id}`,
    parked: states.get(id)?.parked ?? { held: 0, uncertain: 0 },
  }));
  const ready = shelf.inpainters.filter(({ state }) => state === "ready");
  const local = { queue: "inpainting-local", models: ready.map(({ manifest }) => manifest.id) };
  return { status: 200, body: { local, providers, groups: groupViews } satisfies ProviderList };
}

function viewOf(
  { id, kind, settings, takes, manifests, findDetector }: RemoteProvider,
  state: ProviderState,
  inUse: number,
  budgets: ProviderView["budgets"],
): ProviderView {
  const { keyFrom, key, concurrency, requestsPerSecond = null, retries, paid } = settings;
  return {
    id,
    kind,
    url: shownAddress(settings.url),
    key: keyFrom === undefined ? null : { from: keyFrom, isSet: key !== undefined },
    queue: `inpainting-${id}`,
    slots: { limit: concurrency, inUse },
    requestsPerSecond,
    timeoutSeconds: settings.timeoutMs / 1000,
    retries,
    remembersSeconds: settings.remembersMs / 1000,
    paid,
    prices: paid ? { ...Object.fromEntries(settings.prices), "*": reservedPrice(settings, "*") } : {},
    budgets,
    spillSeconds: settings.spillMs === undefined ? null : settings.spillMs / 1000,
    tasks: findDetector === undefined ? ["imageInference"] : ["imageInference", "imageMasking"],
    takes: [...takes],
    models: manifests.map((manifest) => manifest.id),
    ...state,
  };
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
      `provider ${params.name}: expected one that is configured (${known})`,
    );
  }
  return { status: 200, body: (await test(store, provider)) satisfies ProviderTest };
}
