import type { Found } from "../../../src/contracts/overview.ts";
import { ApiError } from "./api-error.ts";
import { request } from "./request.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The UUID in what somebody typed or pasted, quotes and spaces around it included; null where it is something else. */
export function readUuid(text: string): string | null {
  const trimmed = text.trim().replace(/^["'`]|["'`,]+$/g, "");
  return UUID.test(trimmed) ? trimmed.toLowerCase() : null;
}

/**
 * What a UUID of whatever kind names, and which page shows it; null where it names nothing.
 * @throws ApiError where it could not be asked
 */
export async function findUuid(uuid: string): Promise<Found | null> {
  try {
    return await request<Found>(`/api/find/${uuid}`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
