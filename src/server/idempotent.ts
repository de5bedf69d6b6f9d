import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson, type JsonValue } from "../contracts/json.ts";
import { MaskloomError, parseAs } from "../errors.ts";
import { claimRequest, forgetRequest, holdRequest, noteMade } from "../store/idempotency.ts";
import type { ApiRequest, ApiServices } from "./route.ts";

const Key = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, "expected 1 to 200 printable characters without a space, such as a UUID")
  .optional();
const HOLD_MS = 5_000;
const RETRY_SECONDS = 1;

/**
 * Does a request once per `Idempotency-Key` of an owner, for 24 hours. Sent again it makes nothing and is told of what
 * was made, as it stands then. The UUID of what is made is chosen before, so that even a crash leaves no second one.
 * @param body everything that the request says, besides how long it wants to wait
 * @param isMade whether there is something of the UUID
 * @throws CONFLICT for a key that another request had, and while the same one is under way
 */
export async function doOnce<UUID extends string>(
  request: Pick<ApiRequest, "headers" | "owner">,
  { store: { db } }: Pick<ApiServices, "store">,
  body: readonly unknown[],
  { newUUID, isMade, make }: OnceOnly<UUID>,
): Promise<{ readonly uuid: UUID; readonly isRepeated: boolean }> {
  const key = parseAs(Key, request.headers["idempotency-key"], "Idempotency-Key");
  const uuid = newUUID();
  if (key === undefined) {
    await make(uuid);
    return { uuid, isRepeated: false };
  }
  const once = { owner: request.owner, key, digest: digestOf(body) };
  const claim = await claimRequest(db, once, uuid);
  if (claim.kind === "other") {
    throw new MaskloomError(
      "CONFLICT",
      `Idempotency-Key ${key}: expected the request that it was first sent with, got another one; use a new key`,
    );
  }
  if (claim.kind === "underWay") {
    throw new MaskloomError("CONFLICT", `Idempotency-Key ${key}: the same request is under way; ask again`, {
      retryAfterSeconds: RETRY_SECONDS,
    });
  }
  const made = claim.uuid as UUID;
  if (claim.kind === "made") return { uuid: made, isRepeated: true };
  const holding = setInterval(() => void holdRequest(db, once).catch(() => undefined), HOLD_MS);
  try {
    const isThere = made !== uuid && (await isMade(made)); // whoever had it before died right after
    if (!isThere) await make(made);
    await noteMade(db, once);
    return { uuid: made, isRepeated: isThere };
  } catch (error) {
    if (await isMade(made)) await noteMade(db, once);
    else await forgetRequest(db, once);
    throw error;
  } finally {
    clearInterval(holding);
  }
}

interface OnceOnly<UUID extends string> {
  readonly newUUID: () => UUID;
  readonly isMade: (uuid: UUID) => Promise<boolean>;
  readonly make: (uuid: UUID) => Promise<unknown>;
}

/** Of values that came as JSON, and of bytes by their digest. */
function digestOf(values: readonly unknown[]): string {
  const plain = values.map((value) =>
    value instanceof Uint8Array
      ? createHash("sha256").update(value).digest("hex")
      : (JSON.parse(JSON.stringify(value ?? null)) as JsonValue),
  );
  return createHash("sha256").update(canonicalJson(plain)).digest("hex");
}
