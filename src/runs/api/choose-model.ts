import { detectorManifests } from "../../../models/registry.ts";
import { reservedPrice } from "../../config/provider-settings.ts";
import type { AvailableModel } from "../../engine/catalogue.ts";
import { MaskloomError } from "../../errors.ts";
import { firstNames } from "../../first-names.ts";
import type { RemoteProvider } from "../../inpainting/providers/provider-instance.ts";
import type { ManifestCatalogue } from "../catalogue.ts";
import type { ModelSources } from "../model-sources.ts";

type Kind = "detectors" | "inpainters";
type Providers = ModelSources["providers"];

export interface ChosenModel extends AvailableModel {
  /** US dollars that one call reserves; 0 where it costs nothing. */
  readonly reserved: number;
  /** The provider that a step has to name to get there: `auto` spends no money, and leads to the first that has the model. */
  readonly named: string | undefined;
}

/**
 * What the API does a task with: a model of this machine, else one that costs nothing, else one of a paid provider, of
 * those that the configuration opens to the API.
 * @throws MODEL_UNKNOWN with what providers have; MODEL_UNAVAILABLE, PROVIDER_UNAVAILABLE
 */
export function chooseModel(
  kind: Kind,
  name: string,
  catalogue: ManifestCatalogue,
  providers: Providers,
): ChosenModel {
  const found = find(kind, name, catalogue, providers);
  const chosen = isOpen(found.provider, providers)
    ? found
    : elsewhere(kind, name, catalogue, providers).find(({ provider }) => isOpen(provider, providers));
  if (chosen === undefined) throw refuse(kind, name, found, catalogue);
  const named = chosen === found && found.paid !== true ? undefined : chosen.provider;
  const settings = providers?.find(chosen.provider)?.settings;
  return { ...chosen, named, reserved: settings === undefined ? 0 : reservedPrice(settings, chosen.model) };
}

function find(kind: Kind, name: string, catalogue: ManifestCatalogue, providers: Providers): AvailableModel {
  try {
    return catalogue[kind](name);
  } catch (error) {
    if (!(error instanceof MaskloomError) || error.code !== "MODEL_UNKNOWN") throw error;
    throw new MaskloomError(error.code, `${error.message}${offersOf(kind, providers)}`, { cause: error });
  }
}

/** The same model at each other provider. */
const elsewhere = (kind: Kind, name: string, catalogue: ManifestCatalogue, providers: Providers) =>
  (providers?.all ?? []).flatMap(({ id }) => {
    try {
      return catalogue[kind](name, id);
    } catch {
      return []; // it does not have it, or does not answer
    }
  });

/** This machine is; a group is where each of its members is. */
function isOpen(id: string, providers: Providers): boolean {
  const provider = providers?.find(id);
  if (provider === undefined) return true;
  return (provider.members ?? [provider]).every(({ settings }) => settings.api);
}

const MOST_NAMED = 20;

function offersOf(kind: Kind, providers: Providers): string {
  const open = (providers?.all ?? []).filter(({ settings }) => settings.api);
  return open.map((provider) => OFFERS[kind](provider)).join("");
}

const OFFERS: Readonly<Record<Kind, (provider: RemoteProvider) => string>> = {
  /* Nobody tells of detectors: those that have a name in the API are known. */
  detectors(provider) {
    const names = detectorManifests.flatMap(({ id }) => provider.findDetector?.(id)?.model ?? []);
    return names.length === 0 ? "" : `; provider ${provider.id} has ${firstNames(names, MOST_NAMED)}`;
  },
  inpainters({ id, kind, manifests }) {
    const names = manifests.map((manifest) => manifest.id);
    if (kind === "runware")
      return `; provider ${id} has ${firstNames([...names, "what an AIR id names"], MOST_NAMED)}`;
    return names.length === 0
      ? `; \`maskloom providers test ${id}\` says what ${id} has`
      : `; provider ${id} has ${firstNames(names, MOST_NAMED)}`;
  },
};

/** Weights that are only missing here are brought with a command, and then nobody needs the provider. */
function refuse(
  kind: Kind,
  name: string,
  { model, provider, paid }: AvailableModel,
  catalogue: ManifestCatalogue,
): MaskloomError {
  const why = paid
    ? `expected one that costs nothing, got one that only the paid provider ${provider} has; the API never spends money unasked`
    : `expected one that is open to the API, got one that only the provider ${provider} has, which is not`;
  const message = `model ${model}: ${why}. A workflow that names the provider gets it, and the API where its configuration says \`api: true\``;
  const missing = missingHere(kind, name, catalogue);
  if (missing === null) return new MaskloomError("MODEL_UNKNOWN", message);
  return new MaskloomError(missing.code, `${missing.message}. Until then ${message}`, { cause: missing });
}

/** Why this machine, which knows a model, cannot do with it; null where it does not know it. */
function missingHere(kind: Kind, name: string, catalogue: ManifestCatalogue): MaskloomError | null {
  try {
    catalogue[kind](name, "local");
  } catch (error) {
    if (error instanceof MaskloomError && error.code === "MODEL_UNAVAILABLE") return error;
  }
  return null;
}
