import { queryOptions } from "@tanstack/react-query";
import type { LimitChanges, ProviderLimits } from "../../../src/contracts/provider.ts";
import type { ProviderList, ProviderTest } from "../../../src/contracts/provider-list.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

export const providersQuery = queryOptions({
  queryKey: queryKeys.providers,
  queryFn: ({ signal }) => request<ProviderList>("/api/providers", { signal }),
});

/** What it says, or why it does not; nothing is generated or billed. */
export function testProvider(id: string): Promise<ProviderTest> {
  return request(`/api/providers/${encodeURIComponent(id)}/test`, { method: "POST" });
}

/** @returns the limits that hold then */
export function changeLimits(id: string, changes: LimitChanges): Promise<ProviderLimits> {
  return request(`/api/providers/${encodeURIComponent(id)}/limits`, { method: "PUT", body: changes });
}
