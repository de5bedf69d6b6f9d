import type { Scope } from "../contracts/audit.ts";
import type { Caller } from "../contracts/caller.ts";
import { requireRole } from "./callers.ts";

/**
 * What all owners have, in numbers and names, is for whoever runs the installation.
 * @throws FORBIDDEN
 */
export function requireScope(caller: Caller | null, scope: Scope, what: string): void {
  if (scope === "all" && caller !== null) requireRole(caller, "admin", `${what} with scope all`);
}
