import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { freePort } from "../free-port.ts";

/** Debian puts it where only root looks. */
const ENV = { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` };

export const hasPgBouncer = (): boolean => spawnSync("pgbouncer", ["--version"], { env: ENV }).status === 0;

interface PgBouncer {
  readonly port: number;
  /** What its console answers to SHOW. */
  show<Row extends pg.QueryResultRow>(what: string): Promise<Row[]>;
  stop(): Promise<void>;
}

interface Behind {
  /** Folder of the server's socket. */
  readonly host: string;
  readonly port: number;
  /** Server connections that its clients share. */
  readonly connections: number;
}

/** In transaction mode: whoever begins a transaction gets a connection for it, and perhaps another one for the next. */
export async function startPgBouncer({ host, port: serverPort, connections }: Behind): Promise<PgBouncer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-pgbouncer-"));
  await chmod(folder, 0o755);
  const port = await freePort();
  const file = path.join(folder, "pgbouncer.ini");
  const settings = [
    "[databases]",
    `* = host=${host} port=${serverPort}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "unix_socket_dir =",
    "auth_type = trust",
    `auth_file = ${path.join(folder, "users.txt")}`,
    "admin_users = admin",
    "pool_mode = transaction",
    `default_pool_size = ${connections}`,
    "max_client_conn = 200",
  ];
  await writeFile(file, settings.join("\n"));
  await writeFile(path.join(folder, "users.txt"), '"pooled" ""\n"admin" ""\n');
  /* It refuses to be root; the embedded server is nobody's then, too. */
  const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const child = spawn("pgbouncer", ["-q", ...user, file], { stdio: "ignore", env: ENV });
  await once(child, "spawn");
  const show = async <Row extends pg.QueryResultRow>(what: string): Promise<Row[]> => {
    const connectionString = `postgres://admin@127.0.0.1:${port}/pgbouncer`;
    const console = new pg.Client({ connectionString });
    await console.connect();
    try {
      return (await console.query<Row>(`SHOW ${what}`)).rows;
    } finally {
      await console.end();
    }
  };
  await untilReady(show, child);
  return {
    port,
    show,
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGINT");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(show: PgBouncer["show"], child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const isReady = await show("VERSION").then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await delay(20);
  }
  throw new Error(`pgbouncer ended with code ${child.exitCode}`);
}
