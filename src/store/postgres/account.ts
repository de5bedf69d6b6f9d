import { chown } from "node:fs/promises";
import type { Account } from "./reach.ts";

/**
 * How to start a program of PostgreSQL: as that account, from `/` (the working folder may be closed to it), and
 * without our environment, in which a PGDATA or LC_ALL would be obeyed.
 */
export function runAs(account: Account | null) {
  const { PATH, SYSTEMROOT } = process.env;
  const env = {
    LC_ALL: "C",
    ...(PATH === undefined ? {} : { PATH }),
    ...(SYSTEMROOT === undefined ? {} : { SYSTEMROOT }),
  };
  return { cwd: "/", env, windowsHide: true, ...(account === null ? {} : account) };
}

export async function prepareFolder(folder: string, account: Account | null): Promise<void> {
  if (account !== null) await chown(folder, account.uid, account.gid);
}
