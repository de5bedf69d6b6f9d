import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { verifyKey } from "../../src/store/keys.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { runAs } from "../../src/store/postgres/account.ts";
import { readRuns } from "../../src/store/views.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { makeKey } from "./keyed-hosts.ts";
import { seedRuns } from "./seed-runs.ts";
import { plainPicture } from "./server-host.ts";

/** Debian's, of whichever version; our own comes without pg_dump. */
const BIN = ["/usr/lib/postgresql"]
  .filter(existsSync)
  .flatMap((root) => readdirSync(root).map((version) => path.join(root, version, "bin")))
  .find((bin) => existsSync(path.join(bin, "pg_dump")) && existsSync(path.join(bin, "initdb")));
const program = (name: string) => path.join(BIN ?? "", name);

/* docs/operations.md, to the letter, on a PostgreSQL of the distribution. */

describe.skipIf(mayBeMissing && BIN === undefined)("with Debian's PostgreSQL, a backup of pg_dump", () => {
  const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : null;
  const folder = mkdtempSync(path.join(os.tmpdir(), "maskloom-backup-"));
  const artifacts = path.join(folder, "artifacts");
  const opened: Services[] = [];
  let server: ReturnType<typeof spawn>;
  const urlOf = (database: string) =>
    `postgres://postgres@localhost/${database}?host=${encodeURIComponent(folder)}`;
  const open = async (database: string) => {
    const services = await openServices(
      readConfig({
        MASKLOOM_HOME: path.join(folder, "home"),
        DATABASE_URL: urlOf(database),
        ARTIFACTS_URL: `file://${artifacts}`,
        LOG_LEVEL: "silent",
      }),
      () => undefined,
    );
    opened.push(services);
    return services;
  };
  const run = (name: string, ...args: string[]) => execFileSync(program(name), args, { ...runAs(account) });

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    if (account !== null) chownSync(folder, account.uid, account.gid);
    run("initdb", "-D", path.join(folder, "data"), "-U", "postgres", "--auth=trust", "--encoding=UTF8");
    server = spawn(
      program("postgres"),
      ["-D", path.join(folder, "data"), "-k", folder, "-c", "listen_addresses="],
      {
        ...runAs(account),
        stdio: "ignore",
      },
    );
    for (let answered = false; !answered && server.exitCode === null; ) {
      const client = new pg.Client(urlOf("postgres"));
      client.on("error", () => undefined);
      answered = await client.connect().then(
        () => true,
        () => false,
      );
      await client.end().catch(() => undefined);
    }
    run("createdb", "-h", folder, "-U", "postgres", "before");
    run("createdb", "-h", folder, "-U", "postgres", "after");
  });
  afterAll(async () => {
    await Promise.all(opened.map((services) => services.close()));
    const exited = once(server, "exit");
    server.kill("SIGQUIT");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  });

  it("is restored into an empty database, and goes on as it was", async () => {
    const before = await open("before");
    await seedRuns(before.store.db, 200);
    const { key } = await makeKey({ services: before });
    const { uuid, digest } = await before.artifacts.save(await plainPicture(), {
      owner: LOCAL_OWNER,
      kind: "input",
      mediaType: "image/png",
      width: 64,
      height: 48,
    });
    const file = path.join(folder, "maskloom.dump");
    run("pg_dump", "--format=custom", "--exclude-schema=maskloom_queue", `--file=${file}`, urlOf("before"));
    run("pg_restore", "--exit-on-error", `--dbname=${urlOf("after")}`, file);

    const after = await open("after");
    expect((await verifyKey(after.store.db, key))?.owner).toBe(LOCAL_OWNER);
    expect((await after.artifacts.load(LOCAL_OWNER, uuid)).digest).toBe(digest);
    const [one] = await before.store.db.selectFrom("runs").select("uuid").limit(1).execute();
    const [there] = await readRuns(before.store.db, LOCAL_OWNER, one === undefined ? [] : [one.uuid]);
    const [here] = await readRuns(after.store.db, LOCAL_OWNER, one === undefined ? [] : [one.uuid]);
    expect(here).toEqual(there);
    expect(here).toBeDefined();
    await after.queues.add([]);
    expect(await after.queues.counts("masking")).toEqual({ waiting: 0, active: 0, delayed: 0 });
  });
});
