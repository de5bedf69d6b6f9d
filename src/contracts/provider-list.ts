import { z } from "zod";
import { ErrorRecord } from "../errors.ts";
import { QueueName } from "./actions.ts";
import { TaskUUID } from "./ids.ts";
import { OpenCircuit, RemoteKind } from "./provider.ts";
import { ProviderBudget } from "./spending.ts";

/* The configured providers, and how they are. */

const Count = z.int().min(0);
const Time = z.iso.datetime();
const Seconds = z.number().min(0);
const Dollars = z.number().min(0);

/** What a provider answered when it was asked whether it is there; nothing is generated or billed for it. */
export const ProviderTest = z.strictObject({
  at: Time,
  /** Null where it did not answer as it should. */
  milliseconds: z.number().min(0).nullable(),
  /** What it says of itself, such as its version or its graphics card. */
  says: z.string().nullable(),
  /** Models that it told of. */
  models: z.array(z.string()),
  error: ErrorRecord.nullable(),
});
export type ProviderTest = z.output<typeof ProviderTest>;

const ProviderHealth = z.strictObject({
  /** Calls that were sent and have not ended, of all owners. */
  underWay: Count,
  /** When it last did what it was asked for. */
  answeredAt: Time.nullable(),
  /** The last call that failed or got lost. Whose it is alone, and admins, see what was said. */
  failure: z
    .strictObject({
      at: Time,
      code: z.string(),
      error: ErrorRecord.nullable(),
      taskUUID: TaskUUID.nullable(),
    })
    .nullable(),
  /** Workers that give it a rest: each has a circuit of its own. */
  circuits: z.array(OpenCircuit.omit({ provider: true }).extend({ worker: z.string(), host: z.string() })),
  /** The last time that somebody tested it. */
  test: ProviderTest.nullable(),
});
export type ProviderHealth = z.output<typeof ProviderHealth>;

const Parked = z.strictObject({ held: Count, uncertain: Count });

export const ProviderView = z.strictObject({
  id: z.string(),
  kind: RemoteKind,
  /** Without anything that could be a secret. */
  url: z.string(),
  /** The environment variable that its key comes from, and whether that has one; null where it needs none. */
  key: z.strictObject({ from: z.string(), isSet: z.boolean() }).nullable(),
  queue: QueueName,
  /** Of all workers together. */
  slots: z.strictObject({ limit: z.int().min(1), inUse: Count }),
  /** Calls begun a second at most; null = no limit. */
  requestsPerSecond: z.number().positive().nullable(),
  timeoutSeconds: Seconds,
  retries: Count,
  remembersSeconds: Seconds,
  paid: z.boolean(),
  /** Whether tasks of `/v1` may come here, which name a model and no provider. */
  api: z.boolean(),
  /** USD that are reserved for one call, by model; `*` = any other. Empty where it costs nothing. */
  prices: z.record(z.string(), Dollars),
  budgets: z.array(ProviderBudget),
  /** It takes part in its groups only while tasks would wait longer than this for the others; null = always. */
  spillSeconds: Seconds.nullable(),
  /** What it can be asked for. */
  tasks: z.array(z.enum(["imageInference", "imageMasking"])),
  /** Which of a step's own provider fields it understands. */
  takes: z.array(z.enum(["native", "template"])),
  /** Models that are known without asking it: those of the configuration, or of its templates. */
  models: z.array(z.string()),
  health: ProviderHealth,
  /** Tasks of the asking key's owner that wait at it. */
  parked: Parked,
});
export type ProviderView = z.output<typeof ProviderView>;

/** Instances that share the work of one name: each call goes to one of them. */
const ProviderGroupView = z.strictObject({
  /** As a workflow names it: what they are configured with, or their kind. */
  id: z.string(),
  members: z.array(z.string()),
  queue: QueueName,
  parked: Parked,
});
export type ProviderGroupView = z.output<typeof ProviderGroupView>;

export const ProviderList = z.strictObject({
  /** This machine, which is always there. */
  local: z.strictObject({
    queue: QueueName,
    /** Inpainters that can be used now. */
    models: z.array(z.string()),
  }),
  /** As the server's configuration has them. */
  providers: z.array(ProviderView),
  groups: z.array(ProviderGroupView),
});
export type ProviderList = z.output<typeof ProviderList>;
