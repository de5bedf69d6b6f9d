import { expect, it } from "vitest";
import { logText } from "../../../src/cli/runs/log-text.ts";
import type { LogLine } from "../../../src/contracts/task-records.ts";

const line = (more: Partial<LogLine> = {}) =>
  ({
    at: "2026-01-02T03:04:05.678Z",
    level: "info",
    attempt: 2,
    message: "done",
    data: {},
    ...more,
  }) as LogLine;

it("says when, how grave, of which step and attempt, and what", () => {
  expect(logText(line(), "detail")).toBe("2026-01-02T03:04:05.678Z info  detail #2 done");
  expect(logText(line({ level: "error", data: { code: "INTERNAL" } }), undefined)).toBe(
    '2026-01-02T03:04:05.678Z error #2 done {"code":"INTERNAL"}',
  );
});

it("puts the stack of a failure beneath it", () => {
  const text = logText(line({ data: { stack: "Error: x\n    at y" } }), "detail");
  expect(text.split("\n").slice(1)).toEqual(["    Error: x", "        at y"]);
});
