import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { startPostgresProcess } from "../chaos/postgres-process.ts";
import { S3_CREDENTIALS, startS3Server } from "../conformance/s3-server.ts";
import { OWN_SERVICES, ROOT, readCompose, readRoot, wordsOf } from "../deploy/deployment-files.ts";
import { freePort } from "../free-port.ts";
import { type Installation, until } from "./cli-installation.ts";

type OwnService = (typeof OWN_SERVICES)[number];
type Process = ReturnType<Installation["start"]> & { readonly metricsUrl: string; isWell(): boolean };

export interface Topology {
  readonly url: string;
  readonly apiKey: string;
  readonly client: MaskloomClient;
  readonly processes: Readonly<Record<OwnService, Process>>;
  /** SIGTERM to all; their exit codes. */
  end(): Promise<Record<OwnService, number | null>>;
  close(): Promise<void>;
}

const compose = readCompose();

/** The services of docker-compose.yml as plain processes, with its own commands and settings, on loopback. */
export async function startTopology(
  installation: Installation,
  more: Readonly<Record<string, string>> = {},
): Promise<Topology> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-topology-"));
  const opened: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const closeOne of opened.splice(0).reverse()) await closeOne();
  };
  try {
    const secrets = path.join(folder, "secrets");
    execFileSync("sh", [path.join(ROOT, "deploy", "make-secrets.sh"), secrets], { stdio: "ignore" });
    const [postgres, redis, s3] = await Promise.all([
      startPostgresProcess(),
      startRedis(secrets, folder),
      startS3Server(),
    ]);
    opened.push(
      () => postgres.remove(),
      redis.stop,
      () => s3.stop(),
    );
    await makeBucket(s3.endpoint);
    const [httpPort, ...metricsPorts] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    /** What names mean in the network of the containers, here. */
    const here: readonly (readonly [string, string])[] = [
      ["/run/secrets", secrets],
      ["/etc/maskloom/config.yaml", path.join(ROOT, "deploy", "config.yaml")],
      ["postgres:5432/maskloom", `127.0.0.1:${postgres.port}/postgres`],
      ["redis:6379", `127.0.0.1:${redis.port}`],
      ["http://s3:9000", s3.endpoint],
      ["0.0.0.0", "127.0.0.1"],
      ["8787", String(httpPort)],
    ];
    const translate = (text: string) =>
      here.reduce(
        (translated, [from, to]) => translated.replaceAll(from, to),
        text.replace(/\$\{\w+:-([^}]*)\}/, "$1"),
      );
    const start = (name: OwnService, metricsPort: number): Process => {
      const { command, environment = {}, healthcheck } = compose.services[name] ?? {};
      const settings = Object.entries(environment).map(([key, value]) => [key, translate(value)]);
      const env = { ...Object.fromEntries(settings), MASKLOOM_METRICS_PORT: String(metricsPort), ...more };
      const words = wordsOf(command).map(translate);
      const running = installation.start(words, { home: folder, env, group: true });
      opened.push(() => kill(running));
      const check = healthcheck?.test.map(translate) ?? imageHealthcheck();
      return {
        ...running,
        metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
        isWell: () => isWell(check, { ...process.env, MASKLOOM_METRICS_PORT: String(metricsPort) }),
      };
    };
    const processes = Object.fromEntries(
      OWN_SERVICES.map((name, at) => [name, start(name, metricsPorts[at] ?? 0)]),
    ) as Record<OwnService, Process>;
    const apiKey = (await readFile(path.join(secrets, "api-key"), "utf8")).trim();
    const url = `http://127.0.0.1:${httpPort}`;
    return {
      url,
      apiKey,
      client: new MaskloomClient({ baseUrl: url, apiKey }),
      processes,
      async end() {
        const ends = OWN_SERVICES.map(async (name) => {
          processes[name].kill("SIGTERM");
          return [name, (await processes[name].ended).code] as const;
        });
        return Object.fromEntries(await Promise.all(ends)) as Record<OwnService, number | null>;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** By the words of a HEALTHCHECK: `CMD` and a program with its arguments. */
function isWell([, program = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): boolean {
  try {
    execFileSync(program, args, { env, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function imageHealthcheck(): string[] {
  const [, words = "[]"] = /HEALTHCHECK[^\n]*\\\n\s*CMD (\[.*\])/.exec(readRoot("Dockerfile")) ?? [];
  return ["CMD", ...(JSON.parse(words) as string[])];
}

async function kill(running: ReturnType<Installation["start"]>): Promise<void> {
  try {
    running.killGroup("SIGKILL");
  } catch {
    // All of it has ended.
  }
  await running.ended;
}

/** By the compose file's own command, on a free port. */
async function startRedis(secrets: string, folder: string) {
  const port = await freePort();
  const [shell = "sh", flag = "-c", script = ""] = wordsOf(compose.services["redis"]?.command);
  const command = script
    .replaceAll("$$", "$")
    .replaceAll("/run/secrets", secrets)
    .replace("--dir /data", `--dir ${folder} --port ${port} --bind 127.0.0.1`);
  const child = spawn(shell, [flag, command], { stdio: "ignore" });
  const exited = once(child, "exit");
  const check = compose.services["redis"]?.healthcheck?.test[1] ?? "false";
  const ping = check
    .replaceAll("$$", "$")
    .replaceAll("/run/secrets", secrets)
    .replace("redis-cli", `redis-cli -p ${port}`);
  await until(() => isWell(["CMD", "sh", "-c", ping], process.env));
  return {
    port,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function makeBucket(endpoint: string): Promise<void> {
  const client = new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: S3_CREDENTIALS,
  });
  await client.send(new CreateBucketCommand({ Bucket: "maskloom" }));
  client.destroy();
}
