import { type Logger, pino } from "pino";
import type { Config } from "./config.ts";

const STDERR = 2;

/** Whatever holds a secret is left out of the log, however deep a caller's object is. */
const SECRETS = ["authorization", "apiKey", "password", "connectionString", "key"].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
]);

/** One JSON object a line on stderr: stdout belongs to results. Written at once, so that nothing is lost at exit. */
export function createLogger(level: Config["logLevel"]): Logger {
  return pino(
    { level, base: null, redact: { paths: SECRETS, censor: "[removed]" } },
    pino.destination({ fd: STDERR, sync: true }),
  );
}

export type { Logger } from "pino";
