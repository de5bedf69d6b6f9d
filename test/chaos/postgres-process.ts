import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { runAs } from "../../src/store/postgres/account.ts";
import { findBinaries, prepareBinaries, program } from "../../src/store/postgres/binaries.ts";
import { initialiseData } from "../../src/store/postgres/data-folder.ts";
import { findPlace } from "../../src/store/postgres/place.ts";
import { freePort } from "../free-port.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

export interface PostgresProcess {
  readonly url: string;
  readonly port: number;
  /** As if its machine lost power: nothing is rolled back, and the log is read again when it starts. */
  crash(): Promise<void>;
  /** Resolves when it takes connections. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** A PostgreSQL that is nobody's own, on a port of loopback that it keeps, to be pointed at with DATABASE_URL. */
export async function startPostgresProcess(connections = 200): Promise<PostgresProcess> {
  const home = await makeTemporaryHome();
  const place = await findPlace(home);
  const binaries = await prepareBinaries(await findBinaries(), {
    copies: place.copies,
    mustCopy: place.account !== null,
  });
  await initialiseData(place, binaries);
  const port = await freePort();
  const url = `postgres://maskloom@127.0.0.1:${port}/postgres`;
  const args = ["-D", place.data, "-p", String(port), "-c", "listen_addresses=127.0.0.1"];
  args.push("-c", `unix_socket_directories=${place.sockets}`, "-c", `max_connections=${connections}`);
  let child: ChildProcess;
  const start = async () => {
    child = spawn(program(binaries, "postgres"), args, { ...runAs(place.account), stdio: "ignore" });
    await once(child, "spawn");
    while (!(await answers(url))) {
      if (child.exitCode !== null) throw new Error(`postgres ended with code ${child.exitCode}`);
      await delay(20);
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  await start();
  return {
    url,
    port,
    start,
    crash: () => end("SIGQUIT"),
    async remove() {
      await end("SIGQUIT");
      await removeTemporaryHome(home);
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client(url);
  client.on("error", () => undefined);
  const answered = await client.connect().then(
    () => true,
    () => false,
  );
  await client.end().catch(() => undefined);
  return answered;
}
