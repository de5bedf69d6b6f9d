import { type CallsQuery, Spending, type SpendingQuery } from "../contracts/spending.ts";
import type { CallOptions, Connection } from "./connection.ts";

/* Methods of the client for what was spent. */

type Range = Pick<CallsQuery, "from" | "to"> & Partial<Pick<CallsQuery, "scope">>;

export const spendingMethods = ({ json, send }: Pick<Connection, "json" | "send">) => ({
  spending: ({
    signal,
    ...query
  }: Range & Partial<Pick<SpendingQuery, "by" | "zone">> & CallOptions): Promise<Spending> =>
    json(Spending, "api/spending", { query, signal }),
  /** Every call as CSV, with what its provider calls it. */
  spendingCalls: async ({ signal, ...query }: Range & CallOptions): Promise<string> =>
    (await send("api/spending/calls.csv", { query, signal })).text(),
});
