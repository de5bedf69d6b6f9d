import { Readable } from "node:stream";
import type { Config } from "../../config.ts";
import { includesRole } from "../../contracts/caller.ts";
import type { OwnerUUID } from "../../contracts/ids.ts";
import {
  type CallsQuery,
  isRange,
  type ProviderBudget,
  RANGE_EXPECTED,
  type Spending,
  type SpendingQuery,
} from "../../contracts/spending.ts";
import { MaskloomError } from "../../errors.ts";
import { exportCalls } from "../../runs/export-calls.ts";
import { limitsInForce } from "../../store/provider-limits.ts";
import { readSpending, readUsed } from "../../store/spending.ts";
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

const OF = ["day", "owner", "batch", "run"] as const;

/** A provider's limits, with what stands against those that are of the asking owner, or of all for who may see it. */
export async function budgetsOf(
  { db }: ApiServices["store"],
  owner: OwnerUUID,
  { id: provider, maxCost: configured }: Pick<Config["providers"][number], "id" | "maxCost">,
  seesAll: boolean,
): Promise<ProviderBudget[]> {
  const maxCost = await limitsInForce(db, provider, configured);
  const limited = OF.filter((of) => maxCost[of] !== undefined);
  if (limited.length === 0) return [];
  const known = await readUsed(db, owner, provider);
  const used = { day: seesAll ? known.day : null, owner: known.owner, batch: null, run: null };
  return limited.map((of) => ({ provider, of, limit: maxCost[of] ?? 0, used: used[of] }));
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
