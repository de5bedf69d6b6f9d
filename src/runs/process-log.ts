import type { Config } from "../config/config.ts";
import { createLogger, type Logger } from "../logging/log.ts";
import { databaseOutage } from "../store/database-outage.ts";

/** The log of a process: in it, a database that is away is one line a minute, whoever asked it. */
export function openProcessLog({ logLevel, observability, database }: Config): Logger {
  const outage = databaseOutage(database);
  return createLogger(logLevel, observability.logFormat, { errorToTell: (error) => outage.toTell(error) });
}
