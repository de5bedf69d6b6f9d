import type { AuditEntryView } from "../../../../../src/contracts/audit.ts";

/** What else was written down, in a line: `priority 5, made 3f2c…`. What is not set is not said. */
export function detailText(detail: AuditEntryView["detail"]): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");
}
