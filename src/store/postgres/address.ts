import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import pg from "pg";
import { z } from "zod";
import { hasCode, MaskloomError, parseAs } from "../../errors.ts";
import type { DatabaseConnection } from "./database-connection.ts";
import type { Place } from "./place.ts";
import { SOCKET_PORT } from "./place.ts";

export const SUPERUSER = "maskloom";
const DATABASE = "postgres";
const CONNECT_TIMEOUT_MS = 5_000;

/** Where unix sockets are not to be had (Windows): a port on loopback and a password, kept beside the data. */
const Loopback = z.object({ port: z.number().int(), password: z.string() });
type Loopback = z.output<typeof Loopback>;

/** How to connect to the server of that place; null before its first start on Windows. */
export async function addressOf(place: Place): Promise<DatabaseConnection | null> {
  const common = { user: SUPERUSER, database: DATABASE, connectionTimeoutMillis: CONNECT_TIMEOUT_MS };
  if (process.platform !== "win32") return { ...common, host: place.sockets, port: SOCKET_PORT };
  const loopback = await readLoopback(place);
  return loopback === null ? null : { ...common, host: "127.0.0.1", ...loopback };
}

/** The port to start the server on, and the password that initdb is to set, where it listens on loopback. */
export async function chooseLoopback(place: Place): Promise<Loopback> {
  const known = await readLoopback(place);
  if (known !== null && (await freePort(known.port)) === known.port) return known;
  const password = known?.password ?? randomBytes(24).toString("base64url");
  const loopback = { port: await freePort(0), password };
  const temporary = path.join(place.folder, `loopback.json.${process.pid}`);
  await writeFile(temporary, JSON.stringify(loopback), { mode: 0o600 });
  await rename(temporary, loopbackFile(place));
  return loopback;
}

/**
 * A connected client, or null while there is no server or it cannot take connections yet (starting, stopping).
 * @throws ENGINE_UNAVAILABLE when the server answers and refuses for good
 */
export async function tryConnect(place: Place, name: string): Promise<pg.Client | null> {
  const address = await addressOf(place);
  if (address === null) return null;
  const client = new pg.Client({ ...address, application_name: name, keepAlive: true });
  client.on("error", () => {}); // a lost connection is told by "end"
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    if (!REFUSALS.some((code) => hasCode(error, code))) return null;
    throw new MaskloomError(
      "ENGINE_UNAVAILABLE",
      `the embedded PostgreSQL in ${place.folder} refuses connections: ${String(error)}`,
      { cause: error },
    );
  }
}

/** Too many connections, wrong password, no such user, no such database. */
const REFUSALS = ["53300", "28P01", "28000", "3D000"];

const loopbackFile = (place: Place) => path.join(place.folder, "loopback.json");

async function readLoopback(place: Place): Promise<Loopback | null> {
  try {
    const text = await readFile(loopbackFile(place), "utf8");
    return parseAs(Loopback, JSON.parse(text), loopbackFile(place));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

/** The wanted port if it is free, else another one. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", () => (wanted === 0 ? reject(new Error("no free port")) : resolve(freePort(0))));
    probe.listen(wanted, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
