import { type Logger, pino } from "pino";
import type { Config } from "../config/config.ts";
import { currentTrace } from "../tracing/spans.ts";
import { currentLogFields } from "./log-fields.ts";
import { textLine } from "./log-text.ts";
import { hideSecrets } from "./shown-secrets.ts";

const STDERR = 2;

/** Whatever holds a secret is left out of the log, as a field of what is logged, of one of its fields, or of theirs. */
const SECRETS = [
  "authorization",
  "apiKey",
  "password",
  "connectionString",
  "key",
  "cookie",
  "token",
  "secret",
  "accessKeyId",
  "secretAccessKey",
  "webhookSecret",
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

const REDACTION = { paths: SECRETS, censor: "[removed]" };

/** Where finished lines go. */
interface Destination {
  write(line: string): void;
}

/**
 * One line for each thing on stderr: stdout belongs to results. Written at once, so that nothing is lost at exit. A line
 * that is written while a task is executed names it, and its run and attempt.
 */
export function createLogger(
  level: Config["logLevel"],
  format: Config["observability"]["logFormat"] = "json",
  destination: Destination = pino.destination({ fd: STDERR, sync: true }),
): Logger {
  const finish = format === "text" ? textLine : (line: string) => line;
  const write = (line: string) => finish(hideSecrets(line));
  const options = {
    level,
    base: null,
    redact: REDACTION,
    /* A copy: pino writes what a line says into it. */
    mixin: () => ({ ...currentLogFields(), ...currentTrace() }),
    hooks: { streamWrite: write },
  };
  return pino(options, destination);
}

export type { Logger } from "pino";
