import type { AuditEntryView } from "../../../../../src/contracts/audit.ts";

/** What else was written down, in a line: `priority 5, made 3f2c…`. What is not set is not said. */
export function detailText(detail: AuditEntryView["detail"]): string {
  return Object.entries(detail)
    .filter(([, value]) => !isNothing(value))
    .map(([name, value]) => (value === true ? name : `${name} ${textOf(value)}`))
    .join(", ");
}

function isNothing(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(" ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
