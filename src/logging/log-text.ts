import { onItsLines, onOneLine } from "../one-line.ts";

const LEVELS: Readonly<Record<number, string>> = {
  10: "TRACE",
  20: "DEBUG",
  30: "INFO",
  40: "WARN",
  50: "ERROR",
  60: "FATAL",
};
const KNOWN = new Set(["time", "level", "msg", "err"]);

/**
 * A line of JSON as people like to read it: `09:41:07.123 WARN attempt failed code=TIMED_OUT taskUUID=…`. Whatever
 * a file or a stranger's message is called, it neither begins a line of its own nor steers the terminal.
 */
export function textLine(json: string): string {
  const line = parse(json);
  if (line === null) return json;
  const { time, level, msg, err } = line;
  const clock = typeof time === "number" ? new Date(time).toISOString().slice(11, 23) : "";
  const fields = Object.entries(line)
    .filter(([name]) => !KNOWN.has(name))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const parts = [clock, LEVELS[Number(level)] ?? String(level), String(msg ?? ""), ...fields];
  return `${onOneLine(parts.filter((part) => part !== "").join(" "))}\n${stackOf(err)}`;
}

function parse(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** The message of an error is that of its line, too, unless somebody wrote another one. */
function stackOf(err: unknown): string {
  if (typeof err !== "object" || err === null || !("stack" in err)) return "";
  return `    ${onItsLines(String(err.stack)).replaceAll("\n", "\n    ")}\n`;
}
