import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import type { ProviderEntry } from "../../src/contracts/provider.ts";
import { isRunning } from "../../src/store/is-running.ts";
import { freePort } from "../free-port.ts";
import { type Installation, until } from "../integration/cli-installation.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

export type FleetCommand = ReturnType<Installation["start"]>;

export interface FleetOptions {
  readonly installation: Installation;
  /** DATABASE_URL, REDIS_URL … of every process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly providers?: readonly ProviderEntry[];
}

/** One server and any number of workers, as they would run on machines of their own: only addresses connect them. */
export interface Fleet {
  readonly home: string;
  /** Below it, batches may read. */
  readonly pictures: string;
  /** Of every process, for whoever opens the same services. */
  readonly environment: Readonly<Record<string, string>>;
  readonly client: MaskloomClient;
  startServer(): FleetCommand;
  /** @param more settings of this one alone, such as the address of a proxy */
  startWorker(args: readonly string[], more?: Readonly<Record<string, string>>): FleetCommand;
  /** Kills all that still runs and removes what they kept. */
  close(): Promise<void>;
}

export async function openFleet({ installation, environment, providers }: FleetOptions): Promise<Fleet> {
  const home = await makeTemporaryHome();
  const pictures = path.join(home, "pictures");
  await mkdir(pictures);
  await writeFile(path.join(home, "config.yaml"), stringify({ providers: providers ?? [] }));
  const port = await freePort();
  const env = { LOG_LEVEL: "error", MASKLOOM_FOLDERS: pictures, MASKLOOM_THREADS: "1", ...environment };
  const commands: FleetCommand[] = [];
  const start = (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const command = installation.start(args, { home, env: { ...env, ...more }, group: true });
    commands.push(command);
    return command;
  };
  return {
    home,
    pictures,
    environment: { ...env, MASKLOOM_HOME: home },
    client: new MaskloomClient({ baseUrl: `http://127.0.0.1:${port}` }),
    startServer: () => start(["server", "--port", String(port)]),
    startWorker: (args, more) => start(["worker", ...args], more),
    async close() {
      for (const command of commands) killGroup(command);
      await Promise.all(commands.map(({ ended }) => ended));
      await removeTemporaryHome(home);
    },
  };
}

/** Its one line. @throws where it ends instead */
export async function untilReady(command: FleetCommand): Promise<void> {
  await until(() => command.stdout().includes("\n") || !isRunning(command.pid));
  if (!command.stdout().includes("\n")) throw new Error(`it ended: ${command.stderr()}`);
}

/** A command with all that it started; nothing where it has ended. */
export function killGroup(command: FleetCommand): void {
  try {
    command.killGroup("SIGKILL");
  } catch {
    // All of it has ended.
  }
}
