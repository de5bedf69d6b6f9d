import type { AuditEntryView } from "../../../../../src/contracts/audit.ts";

/** By the first word of an action: where what it was done to can be looked at. */
const PAGES: Readonly<Record<string, (target: string) => string>> = {
  run: (uuid) => `/runs/${uuid}`,
  task: (uuid) => `/tasks/${uuid}`,
  review: (uuid) => `/tasks/${uuid}`,
  batch: (uuid) => `/batches/${uuid}`,
  workflow: (name) => `/workflows/${encodeURIComponent(name)}`,
  queue: (name) => `/workers?queue=${encodeURIComponent(name)}`,
  model: () => "/models",
  key: () => "/settings?tab=keys&revoked=true",
};

const SEVERAL = "runs";

/** Null where there is no page for it, or where it is another owner's. */
export function pageOf({
  action,
  target,
  isMine,
}: Pick<AuditEntryView, "action" | "target" | "isMine">): string | null {
  const [kind = ""] = action.split(".");
  const isShared = ["queue", "model", "key"].includes(kind);
  if (target === SEVERAL || (!isMine && !isShared)) return null;
  return PAGES[kind]?.(target) ?? null;
}
