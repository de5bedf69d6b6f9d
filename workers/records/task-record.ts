import { toMaskloomError } from "../../src/errors.ts";
import type { Logger } from "../../src/logging/log.ts";
import type { LeasedTask } from "../../src/store/leases.ts";
import type { NewCrop } from "../../src/store/task-crops.ts";
import type { NewLogLine } from "../../src/store/task-logs.ts";
import { createLogWriter } from "./log-writer.ts";
import { createRunSample } from "./run-sample.ts";

/** What is written down of one attempt beside its result. */
export interface TaskRecord {
  /** Whether details are kept of it: crops, and lines that are neither warnings nor failures. */
  readonly isDetailed: boolean;
  info(message: string, data?: object): void;
  warn(message: string, data?: object): void;
  /** What ended the attempt, with where it came from. */
  failure(error: unknown): void;
  addCrop(crop: Omit<NewCrop, "taskUUID" | "attempt">): Promise<void>;
  /** Leaves what is still being written down to end by itself, since the attempt was told to stop. It must not reject. */
  leave(writing: Promise<void>): void;
}

export interface TaskRecords {
  begin(task: LeasedTask): TaskRecord;
  /** Resolves when all lines are written; never rejects. */
  flush(): Promise<void>;
  /** The same, and what was left to itself is waited for. */
  close(): Promise<void>;
}

/** Where it is kept. */
export interface RecordKeeper {
  addLines(lines: readonly NewLogLine[]): Promise<void>;
  addCrop(crop: NewCrop): Promise<void>;
}

interface TaskRecordsOptions {
  /** How many runs of each batch are recorded in detail. */
  readonly runs: number;
  /** For whoever operates the worker: what is a fault of Maskloom's, and everything for who asks for it. */
  readonly log: Logger;
  readonly onError: (error: unknown) => void;
}

/** Of one attempt, besides its failure; whatever repeats itself has said it by then. */
export const MOST_LINES = 200;
/** Of a stack with those of its causes. */
const LONGEST_STACK = 8_000;

export function createTaskRecords(keeper: RecordKeeper, options: TaskRecordsOptions): TaskRecords {
  const { log, onError } = options;
  const isSampled = createRunSample(options.runs);
  const writer = createLogWriter({ write: (lines) => keeper.addLines(lines), onError });
  const left = new Set<Promise<void>>();
  return {
    flush: writer.flush,
    async close() {
      await Promise.all(left);
      await writer.flush();
    },
    begin(task) {
      const { taskUUID, runUUID, attempt } = task;
      const isDetailed = isSampled(task);
      const bindings = { runUUID, taskUUID, attempt };
      let lines = 0;
      const write = (level: "info" | "warn" | "error", message: string, data: object) => {
        log[level === "error" ? "error" : "debug"]({ ...bindings, step: task.step, ...data }, message);
        writer.logger[level]({ ...bindings, ...data }, message);
      };
      const say = (level: "info" | "warn", message: string, data: object = {}) => {
        if (++lines < MOST_LINES) write(level, message, data);
        if (lines === MOST_LINES) write("warn", "further lines of this attempt are not kept", {});
      };
      return {
        isDetailed,
        info: (message, data) => isDetailed && say("info", message, data),
        warn: (message, data) => say("warn", message, data),
        failure(thrown) {
          const error = toMaskloomError(thrown);
          const level = error.code === "INTERNAL" ? "error" : "warn";
          write(level, error.message, { code: error.code, stack: stackOf(thrown) });
        },
        addCrop: (crop) => keeper.addCrop({ ...crop, taskUUID, attempt }),
        leave(writing) {
          left.add(writing);
          void writing.finally(() => left.delete(writing));
        },
      };
    },
  };
}

/** With those of its causes, the first cause last. */
function stackOf(thrown: unknown): string {
  const stacks: string[] = [];
  for (let error = thrown; error instanceof Error && stacks.length < 5; error = error.cause)
    stacks.push(error.stack ?? `${error.name}: ${error.message}`);
  const stack = stacks.join("\ncaused by ");
  return stack.length <= LONGEST_STACK ? stack : `${stack.slice(0, LONGEST_STACK - 1)}…`;
}
