import type { OwnerUUID } from "../contracts/ids.ts";

/** Owns nothing, and never will: whose request it is where nobody was asked. */
export const NOBODY = "00000000-0000-4000-8000-000000000000" as OwnerUUID;

/** Whoever works without a key on their own machine. */
export const LOCAL_OWNER = "00000000-0000-4000-8000-000000000001" as OwnerUUID;
