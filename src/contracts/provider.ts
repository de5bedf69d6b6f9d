import { z } from "zod";
import { Duration } from "./duration.ts";
import { RetryPolicy } from "./retry-policy.ts";
import { SpillRule } from "./spill-rule.ts";

/** What speaks the same protocol is of one kind. `local` is always there and needs no configuration. */
export const RemoteKind = z.enum(["runware", "comfyui", "a1111"]);
export type RemoteKind = z.output<typeof RemoteKind>;
export type ProviderKind = "local" | RemoteKind;

const Money = z.number().min(0);

/** What may be spent at this provider at most, in USD; what is reserved counts. Without a number there is no limit. */
export const SpendingCaps = z.strictObject({
  run: Money.optional(),
  batch: Money.optional(),
  /** All batches of one day, UTC. */
  day: Money.optional(),
  /** One owner, ever. */
  owner: Money.optional(),
});
export type SpendingCaps = z.output<typeof SpendingCaps>;

/** Limits that hold instead of the configured ones; null = no limit. Of what is left out, the configured one holds. */
export const LimitChanges = z.strictObject({
  run: Money.nullable().optional(),
  batch: Money.nullable().optional(),
  day: Money.nullable().optional(),
  owner: Money.nullable().optional(),
});
export type LimitChanges = z.output<typeof LimitChanges>;

export const ProviderLimits = z.strictObject({
  provider: z.string(),
  /** As they hold now. */
  maxCost: SpendingCaps,
});
export type ProviderLimits = z.output<typeof ProviderLimits>;

/** A model that the provider has and that it is not to be asked about. */
const ConfiguredModel = z.strictObject({
  /** As the provider calls it. */
  model: z.string().min(1),
  /** Long side that regions are brought to. */
  nativeSize: z.int().min(64).max(8192).optional(),
  maxSide: z.int().min(64).max(8192).optional(),
  multipleOf: z.int().min(1).max(256).optional(),
});
export type ConfiguredModel = z.output<typeof ConfiguredModel>;

/** A rest that a worker gives a provider which failed again and again. */
export const OpenCircuit = z.strictObject({
  provider: z.string(),
  /** When it was given the first rest of those that followed each other. */
  since: z.iso.datetime(),
  /** From then on the next call is made as a try: it ends the rest, or begins another. */
  nextTryAt: z.iso.datetime(),
});
export type OpenCircuit = z.output<typeof OpenCircuit>;

/** As a step's `retries`; `on` are failures that cannot be on any bill. */
const CallRetries = RetryPolicy.extend({
  on: z
    .array(z.enum(["PROVIDER_UNAVAILABLE", "PROVIDER_FAILED", "PROVIDER_REFUSED", "TIMED_OUT"]))
    .optional(),
});

/** When a provider is given a rest, in which nothing is sent to it. */
const Breaker = z.strictObject({
  /** After so many failures in a row, as each worker sees them. */
  failures: z.int().min(1).max(1000).optional(),
  rest: Duration.optional(),
});

/** One entry of `providers` in the configuration file: docs/providers.md. */
export const ProviderEntry = z.strictObject({
  /** Part of a queue's name. */
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "expected small letters, digits and -, at most 40")
    .refine(
      (id) => id !== "local" && id !== "auto",
      "expected another name: local and auto mean something else",
    ),
  kind: RemoteKind,
  /** Of http, https, ws or wss. */
  url: z.string().optional(),
  /** Name of the environment variable that holds the key, or `user:password` for basic authentication. */
  keyFrom: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable")
    .optional(),
  /** One name for several instances of a kind: whoever names it gets the one that is done first. */
  group: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "expected small letters, digits and -, at most 40")
    .optional(),
  when: SpillRule.optional(),
  /** Calls under way at a time, of all workers together. */
  concurrency: z.int().min(1).max(1000).optional(),
  /** Calls begun a second at most, of all workers together. */
  requestsPerSecond: z.number().positive().max(1000).optional(),
  /** For one call from its sending to its answer. */
  timeout: Duration.optional(),
  /** How a call that certainly cost nothing is made again, or how often; the step's own `retries` come on top. */
  retries: z.union([z.int().min(0).max(19), CallRetries]).optional(),
  breaker: Breaker.optional(),
  /** How long it remembers a call that it was sent. */
  remembers: Duration.optional(),
  /** Whether a call costs money. */
  paid: z.boolean().optional(),
  /** Whether the API may name models that only it has. By default where that costs nothing. */
  api: z.boolean().optional(),
  /** USD that are reserved for one call, by model; `*` = any other. */
  prices: z.record(z.string().min(1), Money).optional(),
  maxCost: SpendingCaps.optional(),
  models: z.array(z.union([z.string().min(1), ConfiguredModel])).optional(),
  /** What only one kind understands; its provider reads it. */
  options: z.record(z.string(), z.unknown()).optional(),
});
export type ProviderEntry = z.output<typeof ProviderEntry>;
