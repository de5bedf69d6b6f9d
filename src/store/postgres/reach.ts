import { stat } from "node:fs/promises";
import path from "node:path";

/** A Unix account by its numbers. */
export type Account = { readonly uid: number; readonly gid: number };

const READ = 4;
const ENTER = 1;

/** Whether the account may enter the folder and all folders above it, by owner, group and mode. */
export async function canReach(folder: string, account: Account): Promise<boolean> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (!(await allows(at, account, ENTER))) return false;
    if (at === path.dirname(at)) return true;
  }
}

/** Whether the account may read and execute the file and reach its folder. */
export async function canRun(file: string, account: Account): Promise<boolean> {
  return (await allows(file, account, READ | ENTER)) && canReach(path.dirname(file), account);
}

/** Whether the account may read the file and reach its folder. */
export async function canRead(file: string, account: Account): Promise<boolean> {
  return (await allows(file, account, READ)) && canReach(path.dirname(file), account);
}

async function allows(file: string, { uid, gid }: Account, wanted: number): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  if (found === null) return false;
  const shift = found.uid === uid ? 6 : found.gid === gid ? 3 : 0;
  return ((found.mode >> shift) & wanted) === wanted;
}
