import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { CallsQuery, Spending, SpendingQuery } from "../../../src/contracts/spending.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

/** While another grouping is on its way the one before stays. */
export const spendingQuery = (query: SpendingQuery) =>
  queryOptions({
    queryKey: queryKeys.spending(query),
    queryFn: ({ signal }) => request<Spending>("/api/spending", { query, signal }),
    placeholderData: keepPreviousData,
  });

/** Where the browser gets every call of a time as a file. */
export function callsAddress({ scope, from, to }: CallsQuery): string {
  return `/api/spending/calls.csv?${new URLSearchParams({ scope, from, to })}`;
}
