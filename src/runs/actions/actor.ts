import type { KeyId } from "../../contracts/caller.ts";
import type { OwnerUUID } from "../../contracts/ids.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { MaskloomError } from "../../errors.ts";
import { addAuditEntry } from "../../store/audit.ts";
import type { Store } from "../../store/store.ts";

/** Who does something to a run, a batch or a queue. What is another owner's is to them as if it had never been. */
export interface Actor {
  readonly owner: OwnerUUID;
  /** Through what, for the audit. */
  readonly via: "api" | "cli";
  /** Null where no key was needed. */
  readonly key: KeyId | null;
}

/** Writes down what was done, in the transaction that does it. */
export function audit(
  db: Store["db"],
  { owner, via, key }: Actor,
  action: string,
  target: string,
  detail: JsonObject = {},
): Promise<void> {
  return addAuditEntry(db, { owner, actor: via, action, target, detail: { key, ...detail } });
}

export function notThere(kind: "run" | "task" | "batch", name: string): MaskloomError {
  return new MaskloomError("NOT_FOUND", `${kind} ${name}: expected the UUID of a ${kind}; there is none`);
}
