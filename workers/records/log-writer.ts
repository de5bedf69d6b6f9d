import { z } from "zod";
import { TaskUUID } from "../../src/contracts/ids.ts";
import { createLogger, type Logger } from "../../src/logging/log.ts";
import type { NewLogLine } from "../../src/store/task-logs.ts";

/** Writes lines that came together at once, and tells whoever follows them. */
export interface LogWriter {
  /** Its lines must have a taskUUID and an attempt among their bindings. Secrets are left out as on stderr. */
  readonly logger: Logger;
  /** Resolves when everything that was logged until now is written. Never rejects: a lost line is no lost work. */
  flush(): Promise<void>;
}

interface LogWriterOptions {
  readonly write: (lines: readonly NewLogLine[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly gatherMs?: number;
}

/** A person who looks on sees it at once, and a task that talks a lot costs two statements a second. */
const GATHER_MS = 500;
const MOST_AT_ONCE = 500;
const LONGEST_MESSAGE = 2_000;
const MOST_DATA = 12_000;

/** What every line of a worker says, and the task's row as well. */
const KNOWN_BY_TASK: ReadonlySet<string> = new Set(["runUUID", "step", "worker"]);

const LEVELS: Readonly<Record<number, NewLogLine["level"]>> = { 30: "info", 40: "warn", 50: "error" };

const WrittenLine = z.looseObject({
  level: z.number(),
  time: z.number(),
  msg: z.string().default(""),
  taskUUID: TaskUUID,
  attempt: z.int(),
});

export function createLogWriter({ write, onError, gatherMs = GATHER_MS }: LogWriterOptions): LogWriter {
  const waiting: NewLogLine[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const writeWaiting = async () => {
    while (waiting.length > 0) {
      const lines = waiting.splice(0, MOST_AT_ONCE);
      await write(lines).catch(onError);
    }
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length > 0) writing = writing.then(writeWaiting);
    return writing;
  };
  const take = (text: string) => {
    waiting.push(lineOf(text));
    timer ??= setTimeout(() => void flush(), gatherMs);
  };
  return { logger: createLogger("info", "json", { write: take }), flush };
}

/** What pino wrote as a row: what every line has apart from what this one says. */
function lineOf(text: string): NewLogLine {
  const { level, time, msg, taskUUID, attempt, ...rest } = WrittenLine.parse(JSON.parse(text));
  const data = Object.fromEntries(Object.entries(rest).filter(([name]) => !KNOWN_BY_TASK.has(name)));
  return {
    taskUUID,
    attempt,
    at: new Date(time).toISOString(),
    level: LEVELS[level] ?? "info",
    message: shorten(msg, LONGEST_MESSAGE),
    data: fitData(data),
  };
}

function fitData(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const size = JSON.stringify(data).length;
  const told = Object.entries(data).filter(([, value]) => value !== null);
  return size <= MOST_DATA ? Object.fromEntries(told) : { leftOut: `${size} characters of data` };
}

const shorten = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
