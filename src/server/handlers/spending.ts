import { Readable } from "node:stream";
import { includesRole } from "../../contracts/caller.ts";
import {
  type CallsQuery,
  isRange,
  RANGE_EXPECTED,
  type Spending,
  type SpendingQuery,
} from "../../contracts/spending.ts";
import { MaskloomError } from "../../errors.ts";
import { exportCalls } from "../../runs/export-calls.ts";
import { budgetsOf } from "../../runs/providers/provider-budgets.ts";
import { readSpending } from "../../store/spending.ts";
import { requireScope } from "../require-scope.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

export async function getSpending(
  { owner, caller, query }: ApiRequest<unknown, SpendingQuery>,
  { store, config }: ApiServices,
): Promise<ApiAnswer> {
  requireScope(caller, query.scope, "GET /api/spending");
  requireRange(query);
  requireZone(query.zone);
  const seesAll = caller !== null && includesRole(caller.role, "admin");
  const [spending, budgets] = await Promise.all([
    readSpending(store.db, owner, query),
    Promise.all(config.providers.map((provider) => budgetsOf(store, owner, provider, seesAll))),
  ]);
  return { status: 200, body: { ...spending, budgets: budgets.flat() } satisfies Spending };
}

export function getCalls(
  { owner, caller, query }: ApiRequest<unknown, CallsQuery>,
  { store }: ApiServices,
): ApiAnswer {
  requireScope(caller, query.scope, "GET /api/spending/calls.csv");
  requireRange(query);
  const name = `maskloom-calls-${query.from.slice(0, 10)}-${query.to.slice(0, 10)}.csv`;
  return {
    status: 200,
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${name}"`,
    },
    content: async () => Readable.from(exportCalls(store, owner, query)),
  };
}

function requireRange(query: CallsQuery): void {
  if (isRange(query)) return;
  throw new MaskloomError("INPUT_INVALID", `query: ${RANGE_EXPECTED}, got ${query.from} to ${query.to}`);
}

function requireZone(zone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch (cause) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `query: zone: expected a time zone such as Europe/Berlin, got ${zone}`,
      { cause },
    );
  }
}
