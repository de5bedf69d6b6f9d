import process from "node:process";
import { type KeyView, listKeys } from "../../store/keys.ts";
import { formatTable, paint, printJson, printLine, say } from "../terminal.ts";
import { withStore } from "./with-store.ts";

interface ListKeysOptions {
  readonly all?: true;
  readonly json?: true;
}

export async function listApiKeys({ all, json }: ListKeysOptions): Promise<void> {
  const keys = await withStore(({ db }) => listKeys(db, { revoked: all === true }));
  if (json) return printJson({ keys: keys.map(({ limits, ...key }) => ({ ...key, ...limits })) });
  if (keys.length === 0) return say(`no key${all ? "" : " in use"}; \`maskloom keys create\` makes one`);
  const heading = ["id", "name", "owner", "role", "a minute", "at a time", "made", "last used"];
  const [first = "", ...rest] = formatTable([heading, ...keys.map(rowOf)]).split("\n");
  printLine([paint("bold", first, process.stdout), ...rest].join("\n"));
}

function rowOf({ id, name, owner, role, limits, createdAt, lastUsedAt, revokedAt }: KeyView): string[] {
  const { requestsPerMinute, concurrency } = limits;
  const use = lastUsedAt === null ? "never" : minute(lastUsedAt);
  return [
    id,
    name,
    owner,
    role,
    String(requestsPerMinute ?? "any"),
    String(concurrency ?? "any"),
    minute(createdAt),
    revokedAt === null ? use : `revoked ${minute(revokedAt)}`,
  ];
}

/** 2026-11-22 09:41 UTC */
function minute(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
