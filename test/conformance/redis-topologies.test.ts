import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { newTaskUUID } from "../../src/contracts/ids.ts";
import { openQueues } from "../../src/queue/open-queues.ts";
import type { TaskQueues } from "../../src/queue/task-queues.ts";
import { freePort } from "../free-port.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { endOf, openRedisProcesses, type RedisProcesses, until } from "./redis-processes.ts";
import { hasRedisServer } from "./redis-server.ts";

/* Redis as it is run for others: behind TLS, with users, watched by sentinels, as a cluster. */

const missing = !hasRedisServer();
const PATIENCE = { timeout: 100_000, interval: 50 };

const open = (environment: Record<string, string>, onError: (error: unknown) => void = () => undefined) =>
  openQueues(readConfig(environment), {}, onError);

interface Deliverer {
  /** Adds so many, and waits until they were taken. @returns how often the most taken one was */
  deliver(count: number): Promise<number>;
  close(): Promise<void>;
}

async function openDeliverer(queues: TaskQueues): Promise<Deliverer> {
  const taken = new Map<string, number>();
  const consumer = await queues.consume("masking", {
    concurrency: 5,
    onError: () => undefined,
    onDelivery: async ({ taskUUID }) => {
      taken.set(taskUUID, (taken.get(taskUUID) ?? 0) + 1);
    },
  });
  return {
    async deliver(count) {
      const deliveries = Array.from({ length: count }, () => ({
        queue: "masking",
        taskUUID: newTaskUUID(),
        delivery: 1,
      }));
      await queues.add(deliveries);
      const timesOf = () => deliveries.map(({ taskUUID }) => taken.get(taskUUID) ?? 0);
      await vi.waitFor(() => expect(Math.min(...timesOf())).toBeGreaterThan(0), PATIENCE);
      await vi.waitFor(async () => expect((await queues.live(deliveries)).size).toBe(0), PATIENCE);
      return Math.max(...timesOf());
    },
    async close() {
      await consumer.close();
      await queues.close();
    },
  };
}

describe.skipIf(mayBeMissing && missing)("with redis-server installed", () => {
  let processes: RedisProcesses;
  beforeAll(async () => {
    processes = await openRedisProcesses();
  });
  afterAll(() => processes.stop());

  const answers = (port: number, options: object = {}) =>
    until(async () => {
      const redis = new Redis(port, "127.0.0.1", {
        lazyConnect: true,
        retryStrategy: () => null,
        ...options,
      });
      redis.on("error", () => undefined);
      try {
        await redis.connect();
        return (await redis.ping()) === "PONG";
      } finally {
        redis.disconnect();
      }
    });

  it("a cluster keeps all of a queue in one slot, and says so where it is taken for one Redis", async () => {
    const ports = [await freePort(), await freePort(), await freePort()];
    for (const port of ports) {
      await processes.start([
        ...["--port", String(port), "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--save", ""],
        ...["--cluster-config-file", `nodes-${port}.conf`],
      ]);
    }
    for (const port of ports) await answers(port, { enableReadyCheck: false });
    const [first = 0] = ports;
    const REDIS_URL = `redis://127.0.0.1:${first}`;
    const cluster = { REDIS_URL, REDIS_CLUSTER: "true", QUEUE_PREFIX: "studio" };
    /* Its nodes are there and know nothing of each other: whoever starts is told, instead of waiting for ever. */
    await expect(open(cluster)).rejects.toMatchObject({
      code: "ENGINE_UNAVAILABLE",
      message: expect.stringMatching(/not every slot is served; .*redis-cli --cluster check/),
    });

    const nodes = ports.map((port) => `127.0.0.1:${port}`);
    execFileSync("redis-cli", ["--cluster", "create", ...nodes, "--cluster-yes"], { timeout: 60_000 });
    await until(async () => {
      const opened = await open(cluster);
      await opened.close();
      return true;
    });

    /* It is the node with the slot that must not evict, whichever was asked first; the others have nothing of ours. */
    const owner = await ownerOf("{studio}", first);
    const evict = (policy: string, those: readonly number[]) => {
      for (const port of those)
        execFileSync("redis-cli", ["-p", String(port), "config", "set", "maxmemory-policy", policy]);
    };
    evict("allkeys-lru", [owner]);
    await expect(open(cluster)).rejects.toMatchObject({
      message: expect.stringContaining("expected maxmemory-policy noeviction, found allkeys-lru"),
    });
    evict("noeviction", [owner]);
    evict(
      "allkeys-lru",
      ports.filter((port) => port !== owner),
    );
    const deliverer = await openDeliverer(await open(cluster));
    expect(await deliverer.deliver(60)).toBe(1);
    await deliverer.close();

    /* Of three nodes one has the slot: at least one of the others sends away whoever knows nothing of clusters. */
    const refusals = await Promise.all(
      nodes.map((node) =>
        open({ REDIS_URL: `redis://${node}`, QUEUE_PREFIX: "studio" }).then(
          async (opened) => opened.close(),
          (error: unknown) => error,
        ),
      ),
    );
    expect(refusals.filter((refusal) => refusal !== undefined)).toEqual([
      expect.objectContaining({
        code: "ENGINE_UNAVAILABLE",
        message: expect.stringMatching(/MOVED .*set REDIS_CLUSTER=true/),
      }),
      expect.objectContaining({ code: "ENGINE_UNAVAILABLE" }),
    ]);
  });

  async function ownerOf(key: string, port: number): Promise<number> {
    const cli = (...args: string[]) =>
      execFileSync("redis-cli", ["-p", String(port), ...args], { encoding: "utf8" }).trim();
    const slot = Number(cli("cluster", "keyslot", key));
    const [, owner] =
      cli("cluster", "nodes")
        .split("\n")
        .map(
          (line) =>
            [
              line
                .split(" ")
                .slice(8)
                .some((range) => {
                  const [from = 0, to = from] = range.split("-").map(Number);
                  return from <= slot && slot <= to;
                }),
              Number(/:(\d+)@/.exec(line)?.[1]),
            ] as const,
        )
        .find(([has]) => has) ?? [];
    if (owner === undefined) throw new Error(`no node has slot ${slot}`);
    return owner;
  }

  it("sentinels name another primary when one dies, and work goes on there", async () => {
    const [primary, replica, sentinel] = [await freePort(), await freePort(), await freePort()];
    const common = ["--bind", "127.0.0.1", "--save", "", "--repl-diskless-sync-delay", "0"];
    const dying = await processes.start(["--port", String(primary), ...common]);
    await answers(primary);
    await processes.start([
      "--port",
      String(replica),
      ...common,
      "--replicaof",
      "127.0.0.1",
      String(primary),
    ]);
    await answers(replica);
    const file = path.join(processes.folder, "sentinel.conf");
    await writeFile(
      file,
      [
        `port ${sentinel}`,
        "bind 127.0.0.1",
        `sentinel monitor studio 127.0.0.1 ${primary} 1`,
        "sentinel down-after-milliseconds studio 1000",
        "sentinel failover-timeout studio 5000",
      ].join("\n"),
    );
    await processes.start([file, "--sentinel"]);
    await answers(sentinel, { enableReadyCheck: false });
    const watcher = new Redis(sentinel, "127.0.0.1", { enableReadyCheck: false });
    await until(async () =>
      String(await watcher.call("sentinel", "replicas", "studio")).includes(`${replica}`),
    );

    const queues = await open({
      REDIS_URL: "redis://asked-of-the-sentinels",
      REDIS_SENTINELS: `127.0.0.1:9, 127.0.0.1:${sentinel}`,
      REDIS_SENTINEL_NAME: "studio",
    });
    const deliverer = await openDeliverer(queues);
    expect(await deliverer.deliver(20)).toBe(1);
    await endOf(dying, "SIGKILL");
    await deliverer.deliver(20);
    const address = await watcher.call("sentinel", "get-master-addr-by-name", "studio");
    expect(address).toEqual(["127.0.0.1", String(replica)]);
    watcher.disconnect();
    await deliverer.close();

    const unknown = open({
      REDIS_URL: "redis://asked-of-the-sentinels",
      REDIS_SENTINELS: `127.0.0.1:${sentinel}`,
      REDIS_SENTINEL_NAME: "nobody",
    });
    await expect(unknown).rejects.toMatchObject({
      code: "ENGINE_UNAVAILABLE",
      message: expect.stringMatching(/Redis nobody of the sentinels .*REDIS_SENTINEL_NAME/),
    });

    const onReplica = await processes.start([
      ...["--port", String(primary), ...common, "--replicaof", "127.0.0.1", String(replica)],
    ]);
    await answers(primary);
    await expect(open({ REDIS_URL: `redis://127.0.0.1:${primary}` })).rejects.toMatchObject({
      message: expect.stringMatching(/READONLY.*it is a replica/),
    });
    await endOf(onReplica, "SIGKILL");
  });

  it("TLS is checked with the authority that was named, and a user has what queues need and no more", async () => {
    const { folder } = processes;
    const file = (name: string) => path.join(folder, name);
    makeCertificates(folder);
    const port = await freePort();
    await processes.start([
      ...["--port", "0", "--tls-port", String(port), "--bind", "127.0.0.1", "--save", ""],
      ...["--tls-cert-file", file("redis.pem"), "--tls-key-file", file("redis-key.pem")],
      ...["--tls-ca-cert-file", file("ca.pem"), "--tls-auth-clients", "yes"],
      ..."--user queue on >a-password ~{maskloom}:* +@all -@dangerous +info".split(" "),
      ..."--user reader on >a-password ~* +@read +@connection +info".split(" "),
      ..."--user default off".split(" "),
    ]);
    const tls = {
      REDIS_TLS_CA: file("ca.pem"),
      REDIS_TLS_CERT: file("client.pem"),
      REDIS_TLS_KEY: file("client-key.pem"),
    };
    const at = (who: string) => `rediss://${who}@localhost:${port}`;
    await until(async () => {
      await (await open({ ...tls, REDIS_URL: at("queue:a-password") })).close();
      return true;
    });
    const deliverer = await openDeliverer(await open({ ...tls, REDIS_URL: at("queue:a-password") }));
    expect(await deliverer.deliver(20)).toBe(1);
    await deliverer.close();

    const refused = (environment: Record<string, string>) =>
      open(environment).catch((error: unknown) => error);
    const says = (pattern: RegExp) => expect.objectContaining({ message: expect.stringMatching(pattern) });
    expect(await refused({ ...tls, REDIS_URL: at("queue:wrong") })).toEqual(says(/WRONGPASS.*correct them/));
    expect(await refused({ ...tls, REDIS_URL: at("reader:a-password") })).toEqual(
      says(/NOPERM.*~\{maskloom\}:\*/),
    );
    expect(await refused({ ...tls, REDIS_URL: `rediss://localhost:${port}` })).toEqual(
      says(/NOAUTH|WRONGPASS/),
    );
    const { REDIS_TLS_CA: _, ...unknownAuthority } = tls;
    expect(await refused({ ...unknownAuthority, REDIS_URL: at("queue:a-password") })).toEqual(
      says(/REDIS_TLS_CA/),
    );
    expect(await refused({ REDIS_URL: at("queue:a-password").replace("rediss", "redis") })).toEqual(
      says(/begin REDIS_URL with rediss/),
    );
  });
});

/** An authority, a server's certificate for localhost, and a client's. */
function makeCertificates(folder: string): void {
  const run = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  run(
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=Test authority",
    "-keyout",
    "ca-key.pem",
    "-out",
    "ca.pem",
  );
  for (const name of ["redis", "client"]) {
    run(
      "req",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost",
      "-keyout",
      `${name}-key.pem`,
      "-out",
      `${name}.csr`,
    );
    run(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca-key.pem",
      "-days",
      "2",
      "-copy_extensions",
      "copy",
      "-out",
      `${name}.pem`,
    );
  }
}
