import { z } from "zod";
import type { OwnerUUID } from "./ids.ts";

/**
 * What a key allows, each role including the one before: a viewer reads what its owner has, an operator also starts,
 * cancels and uploads, an admin also changes the installation.
 */
export const Role = z.enum(["viewer", "operator", "admin"]);
export type Role = z.output<typeof Role>;

/** The public beginning of a key, by which it is listed, revoked and audited; it tells nothing about the rest. */
export const KeyId = z
  .string()
  .regex(/^mlk_[0-9a-f]{12}$/, "expected the id of a key, such as mlk_0123456789ab")
  .brand("KeyId");
export type KeyId = z.output<typeof KeyId>;

/** Null = without limit. */
export interface KeyLimits {
  /** How many requests a key has at once; they come back evenly over a minute. A task of /v1 counts as one. */
  readonly requestsPerMinute: number | null;
  /** Tasks under way at a time, for one server process. */
  readonly concurrency: number | null;
}

/** Who asks, once that is settled. */
export interface Caller {
  readonly owner: OwnerUUID;
  /** Null for whoever needs no key, and for the key of the configuration. */
  readonly keyId: KeyId | null;
  readonly role: Role;
  readonly limits: KeyLimits;
}

/** Whether a role includes what another one may do. */
export function includesRole(role: Role, needed: Role): boolean {
  return Role.options.indexOf(role) >= Role.options.indexOf(needed);
}
