import { z } from "zod";
import { MaskloomError } from "../../../errors.ts";
import { firstNames } from "../../../first-names.ts";
import { suggestion } from "../../../nearest-name.ts";
import { NotThere, type ProviderHttp } from "../http/provider-http.ts";
import { Sampler, Scheduler } from "./a1111-wire.ts";

/* What a web UI has besides checkpoints: what it does not have it leaves out silently, or replaces, so that it is asked. */

const Named = z.object({ name: z.string() });
const Modelled = z.object({ model_name: z.string() });

/** By list, where it is told and what of it is a name. Paths that only some of them have tell them apart. */
const LISTS = {
  samplers: listOf("/sdapi/v1/samplers", z.array(Sampler), (all) =>
    all.map(({ name, aliases }) => ({ name, aliases: aliases ?? [] })),
  ),
  schedulers: listOf("/sdapi/v1/schedulers", z.array(Scheduler), (all) =>
    all.flatMap(({ name, label, cls }) => (typeof cls === "string" ? [] : (label ?? name))),
  ),
  loras: listOf("/sdapi/v1/loras", z.array(Named), (all) => all.map(({ name }) => name)),
  vaes: listOf("/sdapi/v1/sd-vae", z.array(Modelled), (all) => all.map((one) => one.model_name)),
  /** Forge: VAEs and text encoders. */
  modules: listOf("/sdapi/v1/sd-modules", z.array(Modelled), (all) => all.map((one) => one.model_name)),
  /** SD.Next. */
  version: listOf("/sdapi/v1/version", z.looseObject({}), () => ["SD.Next"]),
  controlModels: listOf(
    "/controlnet/model_list",
    z.object({ model_list: z.array(z.string()) }),
    (all) => all.model_list,
  ),
  controlModules: listOf(
    "/controlnet/module_list",
    z.object({ module_list: z.array(z.string()) }),
    (all) => all.module_list,
  ),
} as const;

interface List<Item> {
  readonly path: string;
  read(http: ProviderHttp, signal: AbortSignal): Promise<readonly Item[]>;
}

function listOf<S extends z.ZodType, Item>(
  path: string,
  schema: S,
  items: (answer: z.output<S>) => readonly Item[],
): List<Item> {
  return { path, read: async (http, signal) => items(await http.json(schema, path, { signal })) };
}

type Lists = typeof LISTS;
type ItemOf<Name extends keyof Lists> = Lists[Name] extends List<infer Item> ? Item : never;

export interface A1111Catalogue {
  /** Asked once, until it is forgotten. Null where it has no such list. */
  list<Name extends keyof Lists>(name: Name, signal: AbortSignal): Promise<readonly ItemOf<Name>[] | null>;
  forget(): void;
}

export function createA1111Catalogue(http: ProviderHttp): A1111Catalogue {
  const known = new Map<string, Promise<readonly unknown[] | null>>();
  const ask = async (name: keyof Lists, signal: AbortSignal): Promise<readonly unknown[] | null> => {
    try {
      return await LISTS[name].read(http, signal);
    } catch (error) {
      if (error instanceof NotThere) return null;
      throw error;
    }
  };
  return {
    list(name, signal) {
      const asked = known.get(name) ?? ask(name, signal);
      known.set(name, asked);
      asked.catch(() => known.delete(name));
      return asked as Promise<readonly ItemOf<typeof name>[] | null>;
    },
    forget: () => known.clear(),
  };
}

/**
 * As it calls what a step names without hash, folder or ending.
 * @param all null where it does not tell what it has: then it is believed
 * @throws INPUT_INVALID with the nearest name
 */
export function nameThere(field: string, name: string, all: readonly string[] | null): string {
  if (all === null) return name;
  const found = all.find((one) => plain(one) === plain(name));
  if (found !== undefined) return found;
  throw new MaskloomError(
    "INPUT_INVALID",
    `${field}: ${JSON.stringify(name)} is none that the web UI has.${suggestion(name, [...all])} ` +
      `It has ${firstNames(all, MOST_SHOWN) || "none at all"}`,
  );
}

const MOST_SHOWN = 40;

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/ \[[0-9a-f]+\]$/, "")
    .replace(/^.*[\\/]/, "")
    .replace(/\.(safetensors|ckpt|pth|pt|sft|gguf)$/, "");
