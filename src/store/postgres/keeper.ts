import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { toErrorRecord } from "../../errors.ts";
import { syncNewData } from "./data-folder.ts";
import { homeFailure } from "./home-failure.ts";
import { closeDoor, KEEPER_NAME, type KeeperMessage, takeKeeping } from "./keeping.ts";
import { findPlace, type Place } from "./place.ts";
import { awaitServer, startServer, stopServer } from "./server-start.ts";

/*
 * Entry of the keeper: a small process in a session of its own that starts the embedded server (or adopts a
 * running one), watches who is connected, and stops it when nobody has been for a moment. So neither Ctrl-C nor
 * kill -9 of any or all commands leaves a server behind, and several commands share one.
 */

const POLL_MS = 500;
/** For the next command of a script to follow. */
const GRACE_MS = 2_500;

async function keep(home: string): Promise<void> {
  const place = await findPlace(home);
  const { client, binaries } = await startServer(place, KEEPER_NAME);
  const keeping = await takeKeeping(client);
  report({ ready: true });
  if (!keeping) return client.end();
  const asked = new Promise<"stop">((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve("stop"));
  });
  await syncNewData(place, binaries);
  if ((await Promise.race([keepThroughCrashes(place, client), asked])) === "stop") {
    await stopServer(place, binaries);
  }
}

/**
 * A crash of one backend ends all sessions, ours too, while the server recovers by itself: told to stop in the middle of
 * that, PostgreSQL 18 would hang for ever.
 * @returns `left` where the server has gone, or somebody else keeps it by now
 */
async function keepThroughCrashes(place: Place, first: pg.Client): Promise<"stop" | "left"> {
  for (let client: pg.Client | null = first; client !== null; client = await rejoin(place)) {
    /* Its connection keeps the door closed until the server has gone. */
    if ((await untilUnused(client)) === "unused") return "stop";
    await client.end().catch(() => {});
  }
  return "left";
}

async function rejoin(place: Place): Promise<pg.Client | null> {
  const client = await awaitServer(place, KEEPER_NAME);
  if (client === null) return null;
  const keeping = await takeKeeping(client).catch(() => true); // lost again: found out by its next use
  if (keeping) return client;
  await client.end();
  return null;
}

/**
 * Resolves when nobody else has been connected for a while, or when the connection is lost. The command that started us
 * holds our IPC channel until it is connected (or dead).
 */
async function untilUnused(client: pg.Client): Promise<"unused" | "lost"> {
  let lastUse = Date.now();
  for (;;) {
    await delay(POLL_MS);
    const others = await countOthers(client);
    if (others === null) return "lost";
    if (others > 0 || process.connected) lastUse = Date.now();
    else if (Date.now() - lastUse >= GRACE_MS && (await closeDoor(client).catch(() => false)))
      return "unused";
  }
}

async function countOthers(client: pg.Client): Promise<number | null> {
  try {
    const { rows } = await client.query<{ others: number }>({
      name: "others",
      text: `SELECT count(*)::int AS others FROM pg_stat_activity
             WHERE backend_type = 'client backend' AND application_name <> $1`,
      values: [KEEPER_NAME],
    });
    return rows[0]?.others ?? 0;
  } catch {
    return null;
  }
}

/** To the command that started us, if it still listens. */
function report(message: KeeperMessage): void {
  if (process.connected) process.send?.(message, () => {});
}

process.on("SIGHUP", () => {});
const [home = ""] = process.argv.slice(2);
await keep(home).catch((error: unknown) => {
  process.stderr.write(`${new Date().toISOString()} ${String(error)}\n`);
  report({ ready: false, error: toErrorRecord(homeFailure(home, error)) });
  process.exitCode = 1;
});
if (process.connected) process.disconnect();
