import type { LogLine } from "../../contracts/task-records.ts";

/** One line, and beneath it the stack of a failure. */
export function logText({ at, level, attempt, message, data }: LogLine, step: string | undefined): string {
  const { stack, ...rest } = data;
  const more = Object.keys(rest).length === 0 ? "" : ` ${JSON.stringify(rest)}`;
  const where = step === undefined ? "" : ` ${step}`;
  const line = `${at} ${level.padEnd(5)}${where} #${attempt} ${message}${more}`;
  return typeof stack === "string" ? `${line}\n${stack.replace(/^/gm, "    ")}` : line;
}
