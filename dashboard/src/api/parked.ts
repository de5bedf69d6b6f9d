import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type {
  BatchBudget,
  DecidedMany,
  ParkedDecision,
  ParkedList,
  ParkedQuery,
} from "../../../src/contracts/parked.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

/** Which of the tasks that wait are meant. */
export type ParkedFilter = Pick<ParkedQuery, "batch" | "provider" | "status">;

/** A decision about those that are named, or about all that are meant. */
export interface ParkedWish {
  readonly decision: ParkedDecision;
  /** US dollars, of each call that was billed. */
  readonly cost?: number;
  readonly tasks?: readonly string[];
  readonly filter?: ParkedFilter;
}

const SHOWN = 100;

/** The longest waiting of them. While others are on their way the ones before stay. */
export const parkedQuery = (filter: ParkedFilter) =>
  queryOptions({
    queryKey: queryKeys.parkedList(filter),
    queryFn: ({ signal }) =>
      request<ParkedList>("/api/parked", { query: { ...filter, limit: SHOWN }, signal }),
    placeholderData: keepPreviousData,
  });

/** However many they are: a request takes only so long, so that it may take several. */
export async function decideMany(wish: ParkedWish): Promise<Pick<DecidedMany, "decided" | "left">> {
  const sum = { decided: 0, left: 0 };
  let until: string | undefined;
  for (;;) {
    const answer: DecidedMany = await request("/api/parked", {
      method: "POST",
      body: { ...wish, ...(until === undefined ? {} : { until }) },
    });
    sum.decided += answer.decided;
    sum.left += answer.left;
    if (!answer.more) return sum;
    until = answer.until;
  }
}

/** @param maxCost US dollars; null = no limit of its own */
export function changeBudget(batchUUID: string, maxCost: number | null): Promise<BatchBudget> {
  return request(`/api/batches/${batchUUID}/budget`, { method: "PUT", body: { maxCost } });
}
