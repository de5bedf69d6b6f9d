import type { Config } from "../config/config.ts";
import { Outage } from "../outage.ts";
import { isConnectionLost } from "./connection-loss.ts";

/** As everything that asks the database tells of it. */
export function databaseOutage({ url }: Pick<Config["database"], "url">, now?: () => number): Outage {
  const what = url === undefined ? "the embedded PostgreSQL" : `DATABASE_URL: PostgreSQL at ${placeOf(url)}`;
  return new Outage(what, isConnectionLost, now);
}

/** A socket's folder stands where a TCP address has no place for it. */
function placeOf(url: string): string {
  const { host, searchParams } = new URL(url);
  return host || searchParams.get("host") || "localhost";
}
