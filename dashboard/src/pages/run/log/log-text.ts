import { formatDuration } from "../../../components/format-time.ts";

const TIME = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

/** `09:46:25.157`, where the reader is. */
export const timeText = (at: string): string => TIME.format(new Date(at));

/** What a line says besides its words: `model local:fill · seed 7 · decode 4 ms, mask 6 ms`. */
export function dataText(data: Readonly<Record<string, unknown>>): string {
  return Object.entries(data)
    .map(([name, value]) => (name === "ms" ? durationsText(value) : `${name} ${valueText(value)}`))
    .filter((text) => text !== "")
    .join(" · ");
}

function durationsText(value: unknown): string {
  if (typeof value === "number") return formatDuration(value);
  if (typeof value !== "object" || value === null) return "";
  return Object.entries(value)
    .filter((entry): entry is [string, number] => typeof entry[1] === "number")
    .sort(([, one], [, other]) => other - one)
    .map(([part, ms]) => `${part} ${formatDuration(ms)}`)
    .join(", ");
}

const valueText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
