import { type Logger, type LoggerOptions, pino } from "pino";
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

interface LogOptions {
  /** Where finished lines go; default: stderr. */
  readonly write?: (line: string) => void;
  /** What a line says of an error: another one, say; with null there is no line. */
  readonly errorToTell?: (error: Error) => unknown;
}

/**
 * One line for each thing on stderr: stdout belongs to results. Written at once, so that nothing is lost at exit. A line
 * that is written while a task is executed names it, and its run and attempt.
 */
export function createLogger(
  level: Config["logLevel"],
  format: Config["observability"]["logFormat"] = "json",
  { write, errorToTell = (error) => error }: LogOptions = {},
): Logger {
  const finish = format === "text" ? textLine : (line: string) => line;
  const streamWrite = (line: string) => finish(hideSecrets(line));
  const options = {
    level,
    base: null,
    redact: REDACTION,
    /* A copy: pino writes what a line says into it. */
    mixin: () => ({ ...currentLogFields(), ...currentTrace() }),
    hooks: { streamWrite, logMethod: tellingErrors(errorToTell) },
  };
  return pino(options, write === undefined ? pino.destination({ fd: STDERR, sync: true }) : { write });
}

type LogMethod = NonNullable<NonNullable<LoggerOptions["hooks"]>["logMethod"]>;

/** An error is what is logged, or its field `err`. */
function tellingErrors(errorToTell: (error: Error) => unknown): LogMethod {
  return function logMethod(args, log) {
    const [what, ...rest]: unknown[] = args;
    const error = errorIn(what);
    if (error === null) return log.apply(this, args);
    const told = errorToTell(error);
    if (told === null) return;
    Reflect.apply(log, this, [what === error ? told : Object.assign({}, what, { err: told }), ...rest]);
  };
}

function errorIn(what: unknown): Error | null {
  const error = typeof what === "object" && what !== null && "err" in what ? what.err : what;
  return error instanceof Error ? error : null;
}

export type { Logger } from "pino";
