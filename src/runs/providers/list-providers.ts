import { providerGroups } from "../../config/provider-groups.ts";
import { reservedPrice } from "../../config/provider-settings.ts";
import type { OwnerUUID } from "../../contracts/ids.ts";
import type { ProviderList, ProviderView } from "../../contracts/provider-list.ts";
import { shownAddress } from "../../contracts/shown-address.ts";
import type { RemoteProvider } from "../../inpainting/providers/provider-instance.ts";
import { type ProviderState, readProviderStates } from "../../store/provider-states.ts";
import { slotsInUse } from "../../store/slots-in-use.ts";
import type { Services } from "../services.ts";
import { budgetsOf } from "./provider-budgets.ts";

/**
 * The configured providers with how they are, as far as it is known: nobody is asked anything.
 * @param seesAll whether what is of all owners together may be told, and what failed of each
 */
export async function listProviders(
  { store, models }: Pick<Services, "store" | "models">,
  { owner, seesAll }: { readonly owner: OwnerUUID; readonly seesAll: boolean },
): Promise<ProviderList> {
  const { all } = models.providers;
  const ids = all.map(({ id }) => id);
  const groups = providerGroups(all.map(({ settings }) => settings));
  const names = [...ids, ...groups.map(({ id }) => id)];
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
  const ready = shelf.inpainters.filter(({ state }) => state === "ready");
  return {
    local: { queue: "inpainting-local", models: ready.map(({ manifest }) => manifest.id) },
    providers,
    groups: groups.map(({ id, members }) => ({
      id,
      members: members.map((member) => member.id),
      queue: `inpainting-${id}`,
      parked: states.get(id)?.parked ?? { held: 0, uncertain: 0 },
    })),
  };
}

function viewOf(
  { id, kind, settings, takes, manifests, findDetector }: RemoteProvider,
  state: ProviderState,
  inUse: number,
  budgets: ProviderView["budgets"],
): ProviderView {
  const { keyFrom, key, concurrency, requestsPerSecond = null, retries, paid, api } = settings;
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
    api,
    prices: paid ? { ...Object.fromEntries(settings.prices), "*": reservedPrice(settings, "*") } : {},
    budgets,
    spillSeconds: settings.spillMs === undefined ? null : settings.spillMs / 1000,
    tasks: findDetector === undefined ? ["imageInference"] : ["imageInference", "imageMasking"],
    takes: [...takes],
    models: manifests.map((manifest) => manifest.id),
    ...state,
  };
}
