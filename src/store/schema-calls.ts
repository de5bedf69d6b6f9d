import type { ColumnType, Generated } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { LimitChanges } from "../contracts/provider.ts";
import type { ErrorRecord } from "../errors.ts";

type Timestamp = ColumnType<Date, Date | undefined, Date>;
type NullableTimestamp = ColumnType<Date | null, Date | null | undefined, Date | null>;
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
/** node-postgres hands out numeric as text, so that nothing is rounded unasked. */
type Numeric = ColumnType<string, number | string, number | string>;
type NullableNumeric = ColumnType<string | null, number | string | null | undefined, number | string | null>;

/**
 * sent: may be under way, and may have been billed. answered: done and billed. failed: refused or broken, costs nothing.
 * absent: a person found that it was never billed. uncertain: nobody knows. (`reserved` is not used: what is
 * written down is sent next.)
 */
export type CallState = "reserved" | "sent" | "answered" | "failed" | "absent" | "uncertain";

interface Calls {
  uuid: string;
  task_uuid: TaskUUID;
  attempt: number;
  region: number;
  candidate: Generated<number>;
  provider: string;
  state: CallState;
  reserved_cost: Numeric;
  real_cost: NullableNumeric;
  currency: Generated<string>;
  request: NullableJson<object>;
  response: NullableJson<object>;
  created_at: Timestamp;
  sent_at: NullableTimestamp;
  ended_at: NullableTimestamp;
  owner_uuid: OwnerUUID;
  batch_uuid: BatchUUID;
  run_uuid: RunUUID;
  model: string;
  key: string;
  provider_id: string | null;
  answer: NullableJson<object>;
  error: NullableJson<ErrorRecord>;
}

/**
 * Append-only. The sum of `amount` is what is spent and reserved: a call reserves its price (+), and when it ends, that is
 * released (−) and what it really cost is settled (+).
 */
interface Ledger {
  id: ColumnType<string, never, never>;
  owner_uuid: OwnerUUID;
  batch_uuid: BatchUUID | null;
  run_uuid: RunUUID | null;
  task_uuid: TaskUUID | null;
  call_uuid: string | null;
  provider: string | null;
  kind: "reserve" | "settle" | "release";
  amount: Numeric;
  currency: Generated<string>;
  at: Timestamp;
}

interface ProviderPaces {
  provider: string;
  next_at: Date;
}

/** The last time that somebody asked a provider whether it is there. */
interface ProviderTests {
  provider: string;
  at: Timestamp;
  milliseconds: number | null;
  says: string | null;
  models: ColumnType<string[], string, string>;
  error: NullableJson<ErrorRecord>;
}

interface ProviderLimits {
  provider: string;
  max_cost: ColumnType<LimitChanges, string, string>;
  changed_at: Timestamp;
}

/** By what name a provider has a picture of ours. */
interface ProviderUploads {
  /** Digest of its address and account. */
  place: string;
  owner_uuid: OwnerUUID;
  /** SHA-256 of the bytes. */
  digest: string;
  reference: string;
  used_at: Timestamp;
}

/** What a call looks like while it is under way; see store/previews.ts. */
interface Previews {
  call_uuid: string;
  task_uuid: TaskUUID;
  /** A small WEBP. */
  picture: Buffer;
}

/** Tables of what is asked of other machines and what it costs. */
export interface CallTables {
  calls: Calls;
  ledger: Ledger;
  provider_paces: ProviderPaces;
  provider_tests: ProviderTests;
  provider_limits: ProviderLimits;
  provider_uploads: ProviderUploads;
  previews: Previews;
}
