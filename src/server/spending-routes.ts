import { CallsQuery, Spending, SpendingQuery } from "../contracts/spending.ts";
import { getCalls, getSpending } from "./handlers/spending.ts";
import { type Route, route } from "./route.ts";

/** What was spent at providers. */
export const spendingRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/spending",
    operation: "spending",
    summary:
      "What was spent, by day and by provider, model, workflow, batch, tag, owner or label; scope all is for admins",
    query: SpendingQuery,
    responses: { 200: { description: "In US dollars", schema: Spending } },
    handle: getSpending,
  }),
  route({
    method: "get",
    path: "/api/spending/calls.csv",
    operation: "spendingCalls",
    summary: "Every call with what its provider calls it, to reconcile a bill",
    query: CallsQuery,
    responses: { 200: { description: "One line each, the first first", mediaTypes: ["text/csv"] } },
    handle: getCalls,
  }),
];
