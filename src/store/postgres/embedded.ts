import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { ERRORS, type ErrorCode, MaskloomError } from "../../errors.ts";
import { addressOf, tryConnect } from "./address.ts";
import type { DatabaseConnection } from "./database-connection.ts";
import { homeFailure } from "./home-failure.ts";
import { enter, hasKeeper, type KeeperMessage, spawnKeeper } from "./keeping.ts";
import { findPlace, type Place } from "./place.ts";
import { tryLock } from "./start-lock.ts";

const POLL_MS = 20;
const START_TIMEOUT_MS = 300_000;
const FIRST_CHECK_MS = 1_500;
const CHECK_MS = 30_000;
const RETRY_MS = 1_000;

/** This process's use of the embedded server: while it lasts the server runs. */
export type EmbeddedServer = {
  readonly connection: DatabaseConnection;
  release(): Promise<void>;
};

/**
 * Starts the embedded PostgreSQL of a home folder, or joins those who use it already. One connection stays open
 * all the time: it tells the keeper that we are there, and us that the server has gone, which is then started again.
 * @throws ENGINE_UNAVAILABLE, OUTPUT_UNWRITABLE or DISK_FULL with what to do
 */
export async function joinEmbeddedServer(home: string): Promise<EmbeddedServer> {
  return join(home).catch((error: unknown) => {
    throw homeFailure(home, error);
  });
}

async function join(home: string): Promise<EmbeddedServer> {
  const place = await findPlace(home);
  let presence = await reachServer(home, place);
  let released = false;
  let recovering: Promise<void> = Promise.resolve();

  const watch = (client: pg.Client) => {
    client.once("end", () => {
      if (!released) recovering = recover();
    });
  };
  const recover = async () => {
    while (!released) {
      try {
        presence = await reachServer(home, place);
        if (released) await presence.end();
        return watch(presence);
      } catch {
        await delay(RETRY_MS, undefined, { ref: false }); // whoever queries meets the error itself
      }
    }
  };
  const check = async () => {
    if (await hasKeeper(presence)) return;
    const keeper = await spawnKeeper(home, place);
    await keeper.message;
    keeper.letGo();
  };

  watch(presence);
  // A lost connection is the business of "end"; a keeper that cannot be started now is looked for again later.
  const quietly = () => void check().catch(() => {});
  const timers = [setTimeout(quietly, FIRST_CHECK_MS).unref(), setInterval(quietly, CHECK_MS).unref()];
  const connection = await addressOf(place);
  if (connection === null)
    throw new MaskloomError("INTERNAL", `${place.folder}: expected the server's address`);
  return {
    connection,
    async release() {
      released = true;
      for (const timer of timers) clearTimeout(timer);
      await recovering;
      await presence.end().catch(() => {});
    },
  };
}

/** A connection to the server, which is started by a keeper if it does not run. */
async function reachServer(home: string, place: Place): Promise<pg.Client> {
  const until = Date.now() + START_TIMEOUT_MS;
  let turn: Turn | null = null;
  try {
    while (Date.now() < until) {
      const client = await tryConnect(place, `maskloom ${process.pid}`);
      if (client !== null) {
        if (await enter(client)) return client;
        await client.end().catch(() => {}); // about to stop: started anew once it has gone
        await delay(POLL_MS);
        continue;
      }
      if (turn?.said?.ready === false) throw asError(turn.said.error);
      if (turn?.said !== undefined) {
        // The server was up and has gone again, or its keeper was killed: take turns anew.
        await turn.end();
        turn = null;
      }
      turn ??= await takeTurn(home, place);
      await delay(POLL_MS);
    }
  } finally {
    await turn?.end();
  }
  throw new MaskloomError(
    "ENGINE_UNAVAILABLE",
    `the embedded PostgreSQL in ${place.folder} did not answer within ${START_TIMEOUT_MS / 1000} s; ` +
      "see server.log and keeper.log there, or set DATABASE_URL",
  );
}

/** Our turn to start the server; `said` is undefined until the keeper has spoken. */
type Turn = { said: KeeperMessage | null | undefined; end(): Promise<void> };

/** Starts a keeper unless another process is just doing so. */
async function takeTurn(home: string, place: Place): Promise<Turn | null> {
  const unlock = await tryLock(path.join(place.folder, "starting.lock"));
  if (unlock === null) return null;
  const keeper = await spawnKeeper(home, place);
  const turn: Turn = {
    said: undefined,
    async end() {
      keeper.letGo();
      await unlock();
    },
  };
  void keeper.message.then((message) => {
    turn.said = message;
  });
  return turn;
}

function asError({ code, message }: { code: string; message: string }): MaskloomError {
  return new MaskloomError(code in ERRORS ? (code as ErrorCode) : "ENGINE_UNAVAILABLE", message);
}
