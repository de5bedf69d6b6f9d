import { type Logger, pino } from "pino";
import type { Config } from "./config.ts";

export type { Logger };

/** JSON lines on stderr: stdout belongs to results. Whatever carries a key is left out. */
export function createLogger(level: Config["logLevel"]): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ["apiKey", "*.apiKey", "headers.authorization", "*.headers.authorization"],
        remove: true,
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
