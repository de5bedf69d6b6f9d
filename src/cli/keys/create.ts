import type { Role } from "../../contracts/caller.ts";
import { KeyName, OwnerName } from "../../contracts/keys.ts";
import { Labels } from "../../contracts/labels.ts";
import { parseAs } from "../../errors.ts";
import { createKey } from "../../store/keys.ts";
import { printJson, printLine, say } from "../terminal.ts";
import { withStore } from "./with-store.ts";

interface CreateKeyOptions {
  readonly name?: string;
  readonly owner: string;
  readonly role: Role;
  readonly requestsPerMinute?: number;
  readonly concurrency?: number;
  readonly label?: Readonly<Record<string, string>>;
  readonly json?: true;
}

/** Prints the key alone on stdout, so that a script can take it; what is said about it goes to stderr. */
export async function createApiKey(options: CreateKeyOptions): Promise<void> {
  const owner = parseAs(OwnerName, options.owner, "--owner");
  const name = parseAs(KeyName, options.name ?? owner, "--name");
  const { role, requestsPerMinute = null, concurrency = null, json } = options;
  const labels = parseAs(Labels, options.label ?? {}, "--label");
  const limits = { requestsPerMinute, concurrency };
  const { id, key } = await withStore(async ({ db, wakeUps }) => {
    const made = await createKey(db, { name, owner, role, limits, labels, actor: "cli" });
    wakeUps.notify("installation");
    return made;
  });
  if (json) return printJson({ key, id, name, owner, role, ...limits, labels });
  printLine(key);
  say(
    `${id}: ${role} of ${owner}. It is shown this once; clients send it as \`Authorization: Bearer <key>\`.`,
  );
}
