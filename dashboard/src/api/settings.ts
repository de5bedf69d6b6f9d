import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { AuditPage, AuditQuery } from "../../../src/contracts/audit.ts";
import type { CreatedKey, CreateKey, KeyList, KeyView } from "../../../src/contracts/keys.ts";
import type { ChangeSettings, Settings } from "../../../src/contracts/settings.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

export const settingsQuery = queryOptions({
  queryKey: queryKeys.settings,
  queryFn: ({ signal }) => request<Settings>("/api/settings", { signal }),
});

/** Those that can be changed while all runs; null = as it is configured. */
export function changeSettings(changes: ChangeSettings): Promise<Settings> {
  return request("/api/settings", { method: "PATCH", body: changes });
}

/** Revoked ones included: there are never many. */
export const keysQuery = queryOptions({
  queryKey: queryKeys.keys,
  queryFn: ({ signal }) => request<KeyList>("/api/keys", { query: { revoked: true }, signal }),
});

export function createKey(key: CreateKey): Promise<CreatedKey> {
  return request("/api/keys", { method: "POST", body: key });
}

export function revokeKey(id: string): Promise<KeyView> {
  return request(`/api/keys/${encodeURIComponent(id)}`, { method: "DELETE" });
}

export type AuditFilter = Partial<Pick<AuditQuery, "scope" | "actor" | "action" | "target">>;

const ENTRIES_PER_PAGE = 100;

/** Newest first, page by page. */
export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: queryKeys.audit(filter),
    queryFn: ({ pageParam, signal }) =>
      request<AuditPage>("/api/audit", {
        query: { ...filter, before: pageParam, limit: ENTRIES_PER_PAGE },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: AuditPage) => page.next,
  });
