import { z } from "zod";
import { durationMs } from "../contracts/duration.ts";
import {
  type ConfiguredModel,
  ProviderEntry,
  type RemoteKind,
  type SpendingCaps,
} from "../contracts/provider.ts";
import type { RetryPolicy } from "../contracts/retry-policy.ts";
import { spillRuleMs } from "../contracts/spill-rule.ts";
import { MaskloomError, parseAs } from "../errors.ts";
import { suggestion } from "../nearest-name.ts";
import { type Environment, readVariable } from "./environment-variable.ts";
import { checkGroups } from "./provider-groups.ts";

/** A configured place that executes tasks for us, with every default filled in. */
export interface ProviderSettings {
  readonly id: string;
  readonly kind: RemoteKind;
  readonly url: string;
  /** Never logged, and not enumerable: what prints or stores the settings has nothing of it. */
  readonly key: string | undefined;
  /** Where the key comes from, for messages. */
  readonly keyFrom: string | undefined;
  readonly group: string | undefined;
  /** Takes tasks of its group only while they would wait longer than this for the others; undefined = always. */
  readonly spillMs: number | undefined;
  readonly concurrency: number;
  readonly requestsPerSecond: number | undefined;
  readonly timeoutMs: number;
  readonly retries: number;
  /** Milliseconds between tries, and after which failures: `retries` as they are carried out. */
  readonly retryPolicy: RetryPolicy;
  readonly breaker: { readonly failures: number; readonly restMs: number };
  readonly remembersMs: number;
  readonly paid: boolean;
  /** Whether tasks of `/v1` may come here. */
  readonly api: boolean;
  readonly prices: ReadonlyMap<string, number>;
  readonly maxCost: SpendingCaps;
  readonly models: readonly ConfiguredModel[];
  readonly options: Readonly<Record<string, unknown>>;
}

interface KindDefaults {
  readonly url: string;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly paid: boolean;
}

const MINUTE = 60_000;
/** One machine with one GPU does one picture after the other; the API advises two to four at a time. */
const KINDS: Readonly<Record<RemoteKind, KindDefaults>> = {
  runware: { url: "wss://ws-api.runware.ai/v1", concurrency: 4, timeoutMs: 10 * MINUTE, paid: true },
  comfyui: { url: "http://127.0.0.1:8188", concurrency: 1, timeoutMs: 10 * MINUTE, paid: false },
  a1111: { url: "http://127.0.0.1:7860", concurrency: 1, timeoutMs: 10 * MINUTE, paid: false },
};
const DEFAULT_RETRIES = 2;
/** What asks for more patience than `max` gets it from the engine, so that no worker waits for it. */
const DEFAULT_BACKOFF = { type: "exponential", delay: "500ms", max: "10s" } as const;
const DEFAULT_BREAKER = { failures: 5, rest: "10s" } as const;
/** The API's own client asks for results for twenty minutes, so it keeps them for as long. */
const DEFAULT_REMEMBERS_MS = 20 * MINUTE;
/** USD a call where nobody wrote a price: more than a usual picture costs, so that a cap holds. */
const UNKNOWN_PRICE = 0.05;

/**
 * The providers of the configuration file, and `runware` where the environment alone names it: RUNWARE_API_KEY, and
 * RUNWARE_API_URL for an address that is not the API's own.
 * @throws INPUT_INVALID naming the entry and the field
 */
export function providersOf(section: unknown, env: Environment): readonly ProviderSettings[] {
  const entries = parseAs(z.array(z.unknown()), section ?? [], "configuration: providers").map(readEntry);
  const isNamed = entries.some(
    ({ id, kind, url }) => id === "runware" || (kind === "runware" && url === undefined),
  );
  const all = isNamed ? entries : [...entries, ...runwareOf(env)];
  const twice = all.find(({ id }, at) => all.findIndex((other) => other.id === id) !== at);
  if (twice !== undefined) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `configuration: providers: expected each id once, got ${twice.id} twice`,
    );
  }
  const settings = all.map((entry) => withDefaults(entry, env));
  checkGroups(settings);
  return settings;
}

const Named = z.looseObject({ id: z.string() });

/** @param at 0-based */
function readEntry(given: unknown, at: number): ProviderEntry {
  const named = Named.safeParse(given).data;
  const what = `configuration: providers: ${named?.id ?? `entry ${at + 1}`}`;
  const fields = Object.keys(ProviderEntry.shape);
  const field = Object.keys(named ?? {}).find((one) => !fields.includes(one));
  if (field !== undefined) {
    const known = suggestion(field, fields) || ` It may have ${fields.join(", ")}`;
    throw new MaskloomError("INPUT_INVALID", `${what}: unknown field ${field}.${known}`);
  }
  return parseAs(ProviderEntry, given, what);
}

function runwareOf(env: Environment): ProviderEntry[] {
  const isThere = ["RUNWARE_API_KEY", "RUNWARE_API_URL"].some(
    (name) => readVariable(env, name) !== undefined,
  );
  return isThere ? [{ id: "runware", kind: "runware" }] : [];
}

function withDefaults(entry: ProviderEntry, env: Environment): ProviderSettings {
  const { id, kind, requestsPerSecond, timeout, remembers } = entry;
  const defaults = KINDS[kind];
  /* Another address gets a key of its own or none: the API's key is nothing for strangers. */
  const isRunware = kind === "runware" && entry.url === undefined;
  const keyFrom = entry.keyFrom ?? (isRunware ? "RUNWARE_API_KEY" : undefined);
  const key = keyFrom === undefined ? undefined : readVariable(env, keyFrom);
  const ownUrl = isRunware ? readVariable(env, "RUNWARE_API_URL") : undefined;
  const retryPolicy = retryPolicyOf(entry);
  const paid = entry.paid ?? defaults.paid;
  if (!paid) requireFree(entry);
  const settings: Omit<ProviderSettings, "key"> = {
    id,
    kind,
    url: parseUrl(id, entry.url ?? ownUrl ?? defaults.url),
    keyFrom,
    group: entry.group,
    spillMs: entry.when === undefined ? undefined : spillRuleMs(entry.when),
    concurrency: entry.concurrency ?? defaults.concurrency,
    requestsPerSecond,
    timeoutMs: timeout === undefined ? defaults.timeoutMs : durationMs(timeout),
    retries: retryPolicy.attempts - 1,
    retryPolicy,
    breaker: {
      failures: entry.breaker?.failures ?? DEFAULT_BREAKER.failures,
      restMs: durationMs(entry.breaker?.rest ?? DEFAULT_BREAKER.rest),
    },
    remembersMs: remembers === undefined ? DEFAULT_REMEMBERS_MS : durationMs(remembers),
    paid,
    api: entry.api ?? !paid,
    prices: new Map(Object.entries(entry.prices ?? {})),
    maxCost: entry.maxCost ?? {},
    models: (entry.models ?? []).map((model) => (typeof model === "string" ? { model } : model)),
    options: entry.options ?? {},
  };
  return Object.defineProperty(settings, "key", { value: key, enumerable: false }) as ProviderSettings;
}

/** A price that is never counted, and a limit that nothing counts towards, are not what somebody meant. */
function requireFree({ id, prices = {}, maxCost = {} }: ProviderEntry): void {
  const isPriced = Object.values(prices).some((price) => price > 0);
  const field = isPriced ? "prices" : Object.keys(maxCost).length > 0 ? "maxCost" : null;
  if (field === null) return;
  throw new MaskloomError(
    "INPUT_INVALID",
    `provider ${id}: ${field}: expected \`paid: true\` beside it, since otherwise its calls count as free; or leave ${field} out`,
  );
}

function retryPolicyOf({ retries = DEFAULT_RETRIES }: ProviderEntry): RetryPolicy {
  if (typeof retries === "number") return { attempts: retries + 1, backoff: DEFAULT_BACKOFF };
  const { attempts, backoff, on } = retries;
  const given = typeof backoff === "string" ? { type: backoff } : (backoff ?? DEFAULT_BACKOFF);
  return {
    attempts,
    backoff: {
      type: given.type,
      delay: given.delay ?? DEFAULT_BACKOFF.delay,
      max: given.max ?? DEFAULT_BACKOFF.max,
    },
    ...(on === undefined ? {} : { on }),
  };
}

/** USD that are reserved for one call with this model. */
export function reservedPrice({ paid, prices }: ProviderSettings, model: string): number {
  if (!paid) return 0;
  return prices.get(model) ?? prices.get("*") ?? UNKNOWN_PRICE;
}

/** Keys belong into the environment: an address is shown in messages. */
function parseUrl(id: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^(https?|wss?):$/.test(url.protocol)) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `provider ${id}: url: expected one that begins with http://, https://, ws:// or wss://, such as http://127.0.0.1:8188, got another`,
    );
  }
  if (url.username === "" && url.password === "") return text.replace(/\/+$/, "");
  throw new MaskloomError(
    "INPUT_INVALID",
    `provider ${id}: url: expected no user and password in it; put them as user:password into an environment variable, ` +
      "and its name into keyFrom",
  );
}
