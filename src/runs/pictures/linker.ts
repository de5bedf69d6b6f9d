import type { OwnerUUID } from "../../contracts/ids.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { isUnguarded, type ServingAddress } from "./own-address.ts";
import { type LinkedPicture, makeLink, signLink } from "./picture-links.ts";

export interface LinkTerms {
  /** scheme://host[:port] by which the client reaches us. */
  readonly baseUrl: string;
  /** Seconds for which the URL answers whoever has it. */
  readonly ttl?: number | undefined;
}

export type Linker = (owner: OwnerUUID, picture: LinkedPicture, terms: LinkTerms) => string;

/** A link without a time of its own is the same for an hour, so that browsers keep what they have. */
const ROUND_SECONDS = 3_600;

/**
 * Links for a plain GET: signed wherever that would need a key, and where a link is to end before its picture does.
 * @param keepMs how long pictures are kept, which is how long links hold
 */
export function createLinker(secret: Uint8Array, keepMs: number, address: ServingAddress): Linker {
  return (owner, picture, { baseUrl, ttl }) => {
    const base = address.publicUrl ?? baseUrl;
    const isOpen = ttl === undefined && owner === LOCAL_OWNER && isUnguarded(address, base);
    if (isOpen) return makeLink(base, picture, null);
    const now = Math.floor(Date.now() / 1000);
    const kept = Math.ceil((now + keepMs / 1000) / ROUND_SECONDS) * ROUND_SECONDS;
    const expires = ttl === undefined ? kept : now + ttl;
    return makeLink(base, picture, { expires, signature: signLink(secret, picture, expires) });
  };
}
