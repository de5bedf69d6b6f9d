import type { OwnerUUID } from "../contracts/ids.ts";

/** Whoever works without a key on their own machine. */
export const LOCAL_OWNER = "00000000-0000-4000-8000-000000000001" as OwnerUUID;
