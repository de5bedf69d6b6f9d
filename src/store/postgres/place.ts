import { createHash } from "node:crypto";
import { chmod, chown, mkdir, readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { hasCode, MaskloomError } from "../../errors.ts";
import { isFolder, makeFolder } from "../../make-folder.ts";
import type { Account } from "./reach.ts";
import { canReach } from "./reach.ts";

/** Where the embedded server of one home folder lives, and as whom it runs. Equal for every process of that home. */
export type Place = {
  /** Holds everything below; mode 700, owned by the account. */
  readonly folder: string;
  readonly data: string;
  /** Folder of the unix socket; short enough for a socket's address. */
  readonly sockets: string;
  /** Where a private copy of the binaries goes if one is needed. */
  readonly copies: string;
  /** PostgreSQL refuses root: then the account to use instead. Null: our own. */
  readonly account: Account | null;
};

/** An address holds 104 bytes on macOS and 108 on Linux, and PostgreSQL adds `/.s.PGSQL.5432`. */
const MAX_SOCKET_PATH_BYTES = 100;
export const SOCKET_PORT = 5432;

/**
 * Finds and makes the folders. As root the server runs as `nobody`; where that account cannot walk down to the
 * home folder (root's own home has mode 700), the database lives under /var instead, in a folder named by the home.
 */
export async function findPlace(home: string): Promise<Place> {
  await makeFolder(home, isRoot() ? undefined : 0o700);
  const realHome = await realpath(home);
  const key = createHash("sha256").update(realHome).digest("hex").slice(0, 16);
  const account = isRoot() ? await unprivilegedAccount() : null;
  const folder = await chooseFolder(realHome, key, account);
  await makePrivate(folder, account);
  const sockets = socketFolder(folder, key);
  await makePrivate(sockets, account);
  const copies = path.basename(folder) === key ? path.dirname(folder) : folder;
  return { folder, data: path.join(folder, "data"), sockets, copies, account };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function chooseFolder(home: string, key: string, account: Account | null): Promise<string> {
  const inHome = path.join(home, "postgres");
  if (account === null) return inHome;
  const elsewhere = path.join(await privateRoot(account), key);
  // Once data lies there it stays there, even if somebody opens up the parents of the home folder later.
  if (await isFolder(path.join(elsewhere, "data"))) return elsewhere;
  return (await canReach(home, account)) ? inHome : elsewhere;
}

/** Beside the homes of daemons; /var/tmp where /var/lib is read-only. */
async function privateRoot(account: Account): Promise<string> {
  for (const parent of ["/var/lib", "/var/tmp"]) {
    const folder = path.join(parent, "maskloom-postgres");
    try {
      await mkdir(folder, { recursive: true });
      const { uid } = await stat(folder);
      if (uid !== 0) continue; // /var/tmp is everybody's: a folder prepared by another user is not trusted
      await chmod(folder, 0o755);
      if (await canReach(folder, account)) return folder;
    } catch (error) {
      if (!["EROFS", "EACCES", "ENOENT", "EPERM"].some((code) => hasCode(error, code))) throw error;
    }
  }
  throw new MaskloomError(
    "ENGINE_UNAVAILABLE",
    "expected to write /var/lib/maskloom-postgres or /var/tmp/maskloom-postgres, because PostgreSQL refuses to " +
      "run as root and the account nobody cannot enter the home folder; set MASKLOOM_HOME to a folder that every " +
      "account may enter, run as a normal user, or set DATABASE_URL",
  );
}

function socketFolder(folder: string, key: string): string {
  const beside = path.join(folder, "run");
  const address = path.join(beside, `.s.PGSQL.${SOCKET_PORT}.lock`);
  if (Buffer.byteLength(address) <= MAX_SOCKET_PATH_BYTES) return beside;
  return path.join("/tmp", `maskloom-${process.getuid?.() ?? 0}-${key}`);
}

/** The folder with mode 700, owned by the account that runs the server. @throws if it is another user's */
async function makePrivate(folder: string, account: Account | null): Promise<void> {
  await makeFolder(folder, 0o700);
  if (process.platform === "win32") return;
  const { uid } = await stat(folder);
  if (uid !== process.getuid?.() && uid !== account?.uid) {
    throw new MaskloomError(
      "ENGINE_UNAVAILABLE",
      `${folder}: expected a folder of our own, it belongs to user ${uid}; run as the user who made it, set MASKLOOM_HOME to ` +
        "another (shorter) path, or set DATABASE_URL",
    );
  }
  if (account !== null && uid !== account.uid) await chown(folder, account.uid, account.gid);
  await chmod(folder, 0o700);
}

/** initdb asks for the account's name, so it must be a known one: nobody, as every Unix has it. */
async function unprivilegedAccount(): Promise<Account> {
  const users = await readFile("/etc/passwd", "utf8");
  for (const line of users.split("\n")) {
    const [name, , uid, gid] = line.split(":");
    // macOS writes nobody's number as -2; the kernel means the same 32 bits.
    if (name === "nobody") return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  }
  throw new MaskloomError(
    "ENGINE_UNAVAILABLE",
    "PostgreSQL refuses to run as root, and /etc/passwd has no account nobody to use instead; run as a normal " +
      "user or set DATABASE_URL",
  );
}
