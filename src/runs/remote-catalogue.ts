import { createHash } from "node:crypto";
import type { AvailableModel } from "../engine/catalogue.ts";
import { MaskloomError } from "../errors.ts";
import { firstNames } from "../first-names.ts";
import type { RemoteProvider } from "../inpainting/providers/provider-instance.ts";
import type { RemoteProviders } from "../inpainting/providers/remote-providers.ts";
import { suggestion } from "../nearest-name.ts";

type Kind = "detectors" | "inpainters";

interface RemoteCatalogue {
  /** @throws MODEL_UNKNOWN; PROVIDER_UNAVAILABLE where it could not be asked for its models, and none of those known fits */
  detectors(name: string, provider: string): AvailableModel;
  inpainters(name: string, provider: string): AvailableModel;
  /** Where nobody says which provider: one that costs nothing first. Null where none has it. */
  anywhere(kind: Kind, name: string): AvailableModel | null;
}

/**
 * Models of the configured providers, as far as they are known now.
 * @param silent why those could not be asked that could not, by id
 */
export function remoteCatalogue(
  { all, groups, find }: RemoteProviders,
  silent: ReadonlyMap<string, string> = new Map(),
): RemoteCatalogue {
  const at = (kind: Kind, name: string, id: string): AvailableModel => {
    const provider = find(id);
    const found = provider === undefined ? null : FIND[kind](provider, name);
    if (found !== null) return found;
    const asked = provider?.members ?? [provider];
    const reason = asked.map((one) => silent.get(one?.id ?? id)).find((one) => one !== undefined);
    if (reason !== undefined) {
      throw new MaskloomError("PROVIDER_UNAVAILABLE", `model ${JSON.stringify(name)}: ${reason}`);
    }
    const known = kind === "inpainters" ? (provider?.manifests ?? []).map((manifest) => manifest.id) : [];
    const list = known.length === 0 ? "" : ` It tells of ${firstNames(known, MOST_NAMED)}`;
    throw new MaskloomError(
      "MODEL_UNKNOWN",
      `model ${JSON.stringify(name)}: provider ${id} has no ${kind.slice(0, -1)} of this name, as far as is known.${suggestion(name, known.map(plainName))}${list}`,
    );
  };
  return {
    detectors: (name, provider) => at("detectors", name, provider),
    inpainters: (name, provider) => at("inpainters", name, provider),
    anywhere(kind, name) {
      /* Several that stand side by side share the work before one of them gets all of it. */
      const free = groups.filter(({ settings }) => !settings.paid);
      const having = [...free, ...all].flatMap((provider) => FIND[kind](provider, name) ?? []);
      return having.find(({ paid }) => paid !== true) ?? having[0] ?? null;
    },
  };
}

const MOST_NAMED = 20;

/** As a person says it: without folder, ending and hash. */
const plainName = (model: string): string =>
  model
    .replace(/^.*[\\/]/, "")
    .replace(/ \[[0-9a-f]+\]$/i, "")
    .replace(/\.\w{2,11}$/, "");

const FIND: Readonly<Record<Kind, (provider: RemoteProvider, name: string) => AvailableModel | null>> = {
  inpainters(provider, name) {
    const manifest = provider.findInpainter(name);
    if (manifest === null) return null;
    const seeded = manifest.capabilities.soft.includes("seed");
    return { ...placeOf(provider, manifest.id), names: [manifest.id], seeded };
  },
  detectors(provider, name) {
    const detector = provider.findDetector?.(name) ?? null;
    if (detector === null) return null;
    return {
      ...placeOf(provider, detector.model),
      names: [detector.model, ...detector.names],
      seeded: false,
    };
  },
};

function placeOf({ id, kind, settings, takes, recipe = "" }: RemoteProvider, model: string) {
  /* What runs there may change without a word: its name, and what we ask of it, are all that is known of it. */
  const digest = createHash("sha256")
    .update(`${kind} ${id} ${settings.url} ${model} ${recipe}`)
    .digest("hex");
  return { model, provider: id, digest, paid: settings.paid, takes };
}
