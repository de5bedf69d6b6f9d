import { queryOptions } from "@tanstack/react-query";
import type { SessionView } from "../../../src/contracts/session.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

/*
 * Who is asking. A key is typed once and not kept: what stands for it is a cookie that scripts cannot read, and that the
 * browser sends by itself with requests, pictures and the live connection.
 */

export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  queryFn: ({ signal }) => readSession(signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** @throws ApiError with UNAUTHORIZED where nobody is let in without a key */
export function readSession(signal?: AbortSignal): Promise<SessionView> {
  return request("/api/session", signal === undefined ? {} : { signal });
}

/** @throws ApiError with UNAUTHORIZED for a key that is unknown or was revoked */
export function signIn(key: string): Promise<SessionView> {
  return request("/api/session", { method: "POST", key });
}

export function signOut(): Promise<void> {
  return request("/api/session", { method: "DELETE" });
}
