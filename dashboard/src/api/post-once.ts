import { request } from "./request.ts";

/** Sent once per click, however often it is sent: a key of its own goes with it. */
export function postOnce<Answer>(path: string, body?: unknown): Promise<Answer> {
  return request<Answer>(path, {
    method: "POST",
    idempotencyKey: newKey(),
    ...(body === undefined ? {} : { body }),
  });
}

/** Pages that came over plain HTTP from another machine have no `randomUUID`. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
