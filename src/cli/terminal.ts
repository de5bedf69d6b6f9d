import process from "node:process";
import { styleText } from "node:util";
import { type ErrorRecord, toMaskloomError } from "../errors.ts";
import { onItsLines, onOneLine } from "../one-line.ts";
import { jsonText } from "./json-text.ts";

type Style = Parameters<typeof styleText>[0];

export { onOneLine } from "../one-line.ts";

/** One line of result, on stdout. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The one value that a machine reads, on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${jsonText(value)}\n`);
}

/** One line for people, on stderr: it never gets between results. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** `error CODE: message`, so that docs/errors.md can be looked up by the code. */
export function sayErrorRecord({ code, message }: ErrorRecord, about?: string): void {
  const what = about === undefined ? message : `${about}: ${message}`;
  say(`${paint("red", "error")} ${code}: ${onItsLines(what)}`);
}

export function sayError(error: unknown, about?: string): void {
  const { code, message, stack } = toMaskloomError(error);
  sayErrorRecord({ code, message }, about);
  if (code === "INTERNAL" && process.env["LOG_LEVEL"] === "debug" && stack !== undefined) say(stack);
}

export function sayWarning(text: string): void {
  say(`${paint("yellow", "warning")}: ${onItsLines(text)}`);
}

/** Colour where the stream is a terminal that wants it. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stderr): string {
  return wantsColour(stream) ? styleText(style, text) : text;
}

function wantsColour(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0";
  return stream.isTTY === true && TERM !== "dumb";
}

/**
 * Columns of equal width, two spaces apart; the last one is as long as it is. Each row is one line, whatever a name of
 * somebody else's holds.
 */
export function formatTable(table: readonly (readonly string[])[]): string {
  const rows = table.map((row) => row.map(onOneLine));
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
