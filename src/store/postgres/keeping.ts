import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type pg from "pg";
import { z } from "zod";
import { ErrorRecord } from "../../errors.ts";
import type { Place } from "./place.ts";
import { openLog } from "./server-log.ts";

/** The keeper's application_name: who looks for clients leaves it out. */
export const KEEPER_NAME = "maskloom keeper";

/** Two numbers of our own ("mask", "keep" in ASCII): whoever holds this advisory lock is the keeper. */
const KEEPER_LOCK = [0x6d61736b, 0x6b656570] as const;
/** "mask", "door": all clients share it, and the keeper holds it alone from when it has decided to stop the server. */
const DOOR_LOCK = [0x6d61736b, 0x646f6f72] as const;

export const KeeperMessage = z.discriminatedUnion("ready", [
  z.object({ ready: z.literal(true) }),
  z.object({ ready: z.literal(false), error: ErrorRecord }),
]);
export type KeeperMessage = z.output<typeof KeeperMessage>;

/** Becomes the keeper for as long as the connection lives; false if another process is. */
export async function takeKeeping(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1, $2) AS taken", [
    ...KEEPER_LOCK,
  ]);
  return rows[0]?.taken === true;
}

/** Whether the server has a keeper; without one it would outlive its last client. */
export async function hasKeeper(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ kept: boolean }>({
    name: "keeper",
    text: `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory'
           AND classid = $1::int::oid AND objid = $2::int::oid AND granted) AS kept`,
    values: [...KEEPER_LOCK],
  });
  return rows[0]?.kept === true;
}

/**
 * Makes this connection one that the server stays for. False where it is about to be stopped, or stopping: counting
 * connections alone, the keeper would miss who comes between the count and the stop.
 */
export async function enter(client: pg.Client): Promise<boolean> {
  const text = "SELECT pg_try_advisory_lock_shared($1, $2) AS taken";
  return client.query<{ taken: boolean }>(text, [...DOOR_LOCK]).then(
    ({ rows }) => rows[0]?.taken === true,
    () => false,
  );
}

/** Lets nobody in any more, for as long as the connection lives; false where somebody has come in. */
export async function closeDoor(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1, $2) AS taken", [
    ...DOOR_LOCK,
  ]);
  return rows[0]?.taken === true;
}

export type Keeper = {
  /** What it says: ready, an error, or null if it died mute. */
  readonly message: Promise<KeeperMessage | null>;
  /** From now on it stays only as long as somebody is connected to the server. */
  letGo(): void;
};

/** Starts the keeper in a session of its own, out of reach of Ctrl-C. */
export async function spawnKeeper(home: string, place: Place): Promise<Keeper> {
  const log = await openLog(path.join(place.folder, "keeper.log"));
  try {
    const child = spawn(process.execPath, [...NODE_OPTIONS, ENTRY, home], {
      cwd: "/",
      detached: true,
      env: ownEnvironment(),
      stdio: ["ignore", log.fd, log.fd, "ipc"],
      windowsHide: true,
    });
    child.unref();
    child.channel?.unref();
    const message = new Promise<KeeperMessage | null>((resolve) => {
      child.once("message", (value) => resolve(KeeperMessage.safeParse(value).data ?? null));
      child.once("error", () => resolve(null));
      child.once("exit", () => resolve(null));
    });
    return { message, letGo: () => void (child.connected && child.disconnect()) };
  } finally {
    await log.close();
  }
}

/** A few MB of heap do; and run from TypeScript sources it needs the loader that runs us. */
const OWN_FILE = fileURLToPath(import.meta.url);
const ENTRY = path.join(path.dirname(OWN_FILE), `keeper${path.extname(OWN_FILE)}`);
const NODE_OPTIONS = [
  "--max-semi-space-size=1",
  "--max-old-space-size=64",
  ...(path.extname(OWN_FILE) === ".ts"
    ? ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href]
    : []),
];

function ownEnvironment(): NodeJS.ProcessEnv {
  const wanted = ["PATH", "HOME", "TMPDIR", "SYSTEMROOT", "TEMP", "LOCALAPPDATA"];
  return Object.fromEntries(
    wanted.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
