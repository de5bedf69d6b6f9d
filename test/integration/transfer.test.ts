import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { readConfig } from "../../src/config/config.ts";
import type { Digest } from "../../src/contracts/ids.ts";
import { createLogger } from "../../src/logging/log.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { exportInstallation } from "../../src/runs/transfer/export-installation.ts";
import { importInstallation } from "../../src/runs/transfer/import-installation.ts";
import { startServer } from "../../src/server/start-server.ts";
import { joinEmbeddedServer } from "../../src/store/postgres/embedded.ts";
import { hasS3Server, S3_CREDENTIALS, type S3Server, startS3Server } from "../conformance/s3-server.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { makeKey } from "./keyed-hosts.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";

/* From the database in a home folder to a server's, pictures included, and back. */

const never = new AbortController().signal;
const HAS_S3 = hasS3Server();

/** With the bucket `pictures`, and its keys in the environment. */
async function startBucket(): Promise<S3Server> {
  vi.stubEnv("AWS_ACCESS_KEY_ID", S3_CREDENTIALS.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", S3_CREDENTIALS.secretAccessKey);
  const server = await startS3Server();
  const { endpoint } = server;
  const options = { region: "us-east-1", endpoint, forcePathStyle: true, credentials: S3_CREDENTIALS };
  const client = new S3Client(options);
  await client.send(new CreateBucketCommand({ Bucket: "pictures" }));
  client.destroy();
  return server;
}

describe("an installation", () => {
  let host: ServerHost;
  let elsewhere: string;
  let folder: string;
  let release: () => Promise<void>;
  let url: string;
  let key: string;
  let runUUID: string;
  let digest: Digest;
  let s3: S3Server | undefined;
  const opened: Services[] = [];

  beforeAll(async () => {
    if (HAS_S3 || !mayBeMissing) s3 = await startBucket();
    host = await openServerHost();
    folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-export-"));
    elsewhere = await makeTemporaryHome();
    const server = await joinEmbeddedServer(elsewhere);
    release = server.release;
    const { user, host: socket, database } = server.connection;
    url = `postgres://${user}@localhost/${database}?host=${encodeURIComponent(String(socket))}`;
    const running = await host.start();
    ({ key } = await makeKey(host, { owner: "alice", role: "admin" }));
    const alice = new MaskloomClient({ baseUrl: running.url, apiKey: key });
    const run = await alice.runs.create({
      workflow: "face-detail",
      image: await plainPicture(64, 64),
      file: "a\u2028b.png", // a separator of lines, which no line of the export may end at
    });
    runUUID = run.runUUID;
    await alice.runs.cancel(runUUID);
    await alice.runs.create({
      workflow: "face-detail",
      image: await plainPicture(65, 64),
      file: "waits.png",
    });
    digest = (await alice.artifacts.download(String((run.inputs["image"] as { uuid: string }).uuid)))
      .digest as Digest;
  });
  afterAll(async () => {
    await Promise.all(opened.map((services) => services.close()));
    await release?.();
    await host?.stop();
    await s3?.stop();
    vi.unstubAllEnvs();
    await removeTemporaryHome(elsewhere);
    await rm(folder, { recursive: true, force: true });
  });

  const openElsewhere = async (schema: string, environment: Readonly<Record<string, string>> = {}) => {
    const services = await openServices(
      readConfig({
        MASKLOOM_HOME: elsewhere,
        DATABASE_URL: url,
        DATABASE_SCHEMA: schema,
        ARTIFACTS_URL: `file://${path.join(elsewhere, `artifacts of ${schema}`)}`,
        LOG_LEVEL: "silent",
        ...environment,
      }),
      () => undefined,
    );
    opened.push(services);
    return services;
  };
  const exported = (services: Services = host.services, to = folder, signal = never) =>
    exportInstallation(to, { ...services, signal, onProgress: () => undefined });
  const imported = (services: Services, { merge = false, from = folder, signal = never } = {}) =>
    importInstallation(from, { ...services, merge, signal, onProgress: () => undefined });
  const everything = async (services: Services) => {
    const { rows } = await sql<{ line: string }>`
      select line from (
        select 'runs' || (to_jsonb(r) - 'search')::text as line from runs r
        union all select 'tasks' || (to_jsonb(t) - 'seq')::text from tasks t
        union all select 'artifacts' || to_jsonb(a)::text from artifacts a
        union all select 'keys' || to_jsonb(k)::text from keys k
        union all select 'audit' || (to_jsonb(u) - 'id')::text from audit u where action <> 'installation.import'
      ) lines order by line`.execute(services.store.db);
    return rows.map((row) => row.line);
  };

  it("is taken to another database and store, row by row, and keys and links go on being good", async () => {
    const manifest = await exported();
    expect(manifest).toMatchObject({ missing: [], files: 2 });
    const target = await openElsewhere("taken");
    const done = await imported(target);
    expect(done).toMatchObject({ files: 2, wasKnown: false });
    /* None is lost from the account: the rows of files were written before the others. */
    const lines = manifest.tables.reduce((sum, { rows }) => sum + rows, 0);
    expect(done.rows + done.known).toBe(lines);
    expect(done.known).toBe(2); // the first owner, and the name of the installation
    expect(await everything(target)).toEqual(await everything(host.services));
    expect(await target.blobs.get(digest)).toEqual(await host.services.blobs.get(digest));

    const server = await startServer(target, {
      host: "127.0.0.1",
      port: 0,
      log: createLogger("silent"),
      dashboardFolder: null,
    });
    const alice = new MaskloomClient({ baseUrl: server.url, apiKey: key });
    expect((await alice.runs.get(runUUID)).status).toBe("cancelled");
    const [waiting] = (await alice.runs.list({ status: "queued" })).runs;
    expect(waiting?.file).toBe("waits.png");
    await server.close();
    /* What waited there is handed out here. */
    const open = await target.store.db
      .selectFrom("tasks")
      .select("status")
      .where("status", "=", "queued")
      .execute();
    expect(open.length).toBeGreaterThan(0);
  });

  it("is taken in once: said again, nothing is done, and a filled one takes it only beside what it has", async () => {
    const target = opened.at(-1);
    if (target === undefined) throw new Error("nothing was taken");
    expect(await imported(target)).toEqual({ rows: 0, known: 0, files: 0, wasKnown: true });

    const filled = await openElsewhere("filled");
    const own = await makeKey({ services: filled }, { owner: "alice" });
    await expect(imported(filled)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/--merge/),
    });
    expect(await imported(filled, { merge: true })).toMatchObject({ files: 2 });
    const keys = await filled.store.db.selectFrom("keys").select("owner_uuid").execute();
    /* Who has the same name is the same owner: hers here and hers there are one's. */
    expect(keys).toHaveLength(2);
    expect(new Set(keys.map((row) => row.owner_uuid))).toEqual(new Set([own.owner]));
    const runs = await filled.store.db.selectFrom("runs").select("owner_uuid").execute();
    expect(runs.map((row) => row.owner_uuid)).toEqual([own.owner, own.owner]);
  });

  it("goes on where it was stopped: files that are there are not copied again, and rows come all or none", async () => {
    const stopped = AbortSignal.abort();
    const target = await openElsewhere("stopped");
    await expect(imported(target, { signal: stopped })).rejects.toThrow();
    expect(await everything(target)).toEqual([]);
    expect(await imported(target)).toMatchObject({ files: 2 });

    const half = await mkdtemp(path.join(os.tmpdir(), "maskloom-export-"));
    await expect(exported(host.services, half, stopped)).rejects.toThrow();
    await expect(imported(target, { from: half })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/expected a whole export.*export` again/),
    });
    expect((await exported(host.services, half)).files).toBe(2);
    await rm(half, { recursive: true });
  });

  it("comes back into a home folder from there", async () => {
    const [source] = opened;
    if (source === undefined) throw new Error("nothing was taken");
    const back = await mkdtemp(path.join(os.tmpdir(), "maskloom-export-"));
    await exported(source, back);
    const home = await openServerHost();
    await imported(home.services, { from: back });
    expect(await everything(home.services)).toEqual(await everything(host.services));
    await home.stop();
    await expect(exported(host.services, back)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/another one's/),
    });
    await rm(back, { recursive: true });
  });

  describe.skipIf(mayBeMissing && !HAS_S3)("with its pictures in S3 (moto)", () => {
    const openInS3 = (schema: string) =>
      openElsewhere(schema, {
        ARTIFACTS_URL: `s3://pictures/${schema}`,
        MASKLOOM_S3_ENDPOINT: s3?.endpoint ?? "",
      });

    it("is taken there, from there to another bucket's prefix, and back, and loses nothing on the way", async () => {
      const rows = await everything(host.services);
      const file = await host.services.blobs.get(digest);
      const first = await openInS3("in_s3");
      expect(await imported(first)).toMatchObject({ files: 2, wasKnown: false });
      expect(await first.blobs.get(digest)).toEqual(file);

      const from = await mkdtemp(path.join(os.tmpdir(), "maskloom-export-"));
      expect(await exported(first, from)).toMatchObject({ missing: [], files: 2 });
      const second = await openInS3("in_s3_again");
      expect(await imported(second, { from })).toMatchObject({ files: 2 });
      const back = await openElsewhere("from_s3");
      expect(await imported(back, { from })).toMatchObject({ files: 2 });
      for (const services of [first, second, back]) {
        expect(await everything(services)).toEqual(rows);
        expect(await services.blobs.get(digest)).toEqual(file);
      }
      await rm(from, { recursive: true });
    });

    it("tells of files that are gone there, and takes in what is left", async () => {
      const source = await openInS3("losing");
      await imported(source);
      await source.blobs.remove(digest);
      const from = await mkdtemp(path.join(os.tmpdir(), "maskloom-export-"));
      expect(await exported(source, from)).toMatchObject({ missing: [digest], files: 1 });
      const target = await openElsewhere("with_one_lost");
      expect(await imported(target, { from })).toMatchObject({ files: 1 });
      expect(await everything(target)).toEqual(await everything(host.services));
      await rm(from, { recursive: true });
    });
  });

  it("is refused where it was damaged on its way, or is of other tables, before a row is written", async () => {
    const target = await openElsewhere("refusing");
    const manifest = path.join(folder, "manifest.json");
    const good = await readFile(manifest, "utf8");
    await writeFile(manifest, good.replace(/"schema": "[^"]*"/, '"schema": "9999-of-tomorrow"'));
    await expect(imported(target)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/install that version/),
    });
    await writeFile(manifest, good.replace(/"schema": "[^"]*"/, '"schema": "0001-initial"'));
    await expect(imported(target)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/export again/),
    });
    await writeFile(manifest, good);
    await appendFile(path.join(folder, "tables", "runs.jsonl"), "{}\n");
    await expect(imported(target)).rejects.toMatchObject({
      code: "ARTIFACT_CORRUPT",
      message: expect.stringMatching(/runs\.jsonl/),
    });
    expect(await everything(target)).toEqual([]);
  });
});
