import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { vi } from "vitest";
import { stringify } from "yaml";
import { readConfig } from "../../src/config/config.ts";
import type { ArtifactUUID, BatchUUID, RunUUID } from "../../src/contracts/ids.ts";
import type { ProviderEntry } from "../../src/contracts/provider.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { ToldMetrics } from "../../src/metrics/merge.ts";
import { prepareWorkflow } from "../../src/runs/prepare-workflow.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
import { completeBatch } from "../../src/store/batches.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { setBatchBudget } from "../../src/store/parked.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

const WORKER = fileURLToPath(new URL("../../workers/all.ts", import.meta.url));
export const KEY_NAME = "TEST_PROVIDER_KEY";

export interface RemoteWorker {
  /** All that it wrote. */
  readonly output: () => string;
  /** The values of one of its metrics, as it tells them to whoever looks after it. */
  metric(name: string): Promise<readonly unknown[]>;
  kill(signal?: "SIGKILL" | "SIGTERM"): Promise<void>;
}

/** An installation whose configuration names providers, with real workers of their own. */
export interface RemoteHost {
  readonly home: string;
  readonly services: Services;
  configure(providers: readonly ProviderEntry[]): Promise<void>;
  startWorker(): Promise<RemoteWorker>;
  /** Runs of a workflow on a picture of that side with a box mask in its middle (`inputs.mask`). */
  submit(
    workflow: string,
    count: number,
    more?: { side?: number; maxCost?: number; picture?: Buffer },
  ): Promise<{ batchUUID: BatchUUID; runs: RunUUID[] }>;
  statuses(batchUUID: BatchUUID): Promise<Record<string, number>>;
  /** Waits until the tasks of a batch stand so: `{ succeeded: 3 }`. */
  untilTasks(batchUUID: BatchUUID, expected: Readonly<Record<string, number>>): Promise<void>;
  close(): Promise<void>;
}

export async function openRemoteHost(
  providers: readonly ProviderEntry[],
  key = "a-key-for-tests",
  more: Readonly<Record<string, string>> = {},
): Promise<RemoteHost> {
  const home = await makeTemporaryHome();
  const environment = { MASKLOOM_HOME: home, LOG_LEVEL: "info", [KEY_NAME]: key, ...more };
  const configure = (all: readonly ProviderEntry[]) =>
    writeFile(path.join(home, "config.yaml"), stringify({ providers: all }));
  await configure(providers);
  const services = await openServices(readConfig(environment), () => undefined);
  const workers: RemoteWorker[] = [];
  const statuses = async (batchUUID: BatchUUID) => {
    const rows = await services.store.db
      .selectFrom("tasks")
      .select(["status", ({ fn }) => fn.countAll<string>().as("count")])
      .where("batch_uuid", "=", batchUUID)
      .groupBy("status")
      .execute();
    return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]));
  };
  return {
    home,
    services,
    configure,
    statuses,
    async startWorker() {
      const worker = await startWorker({ ...environment, PATH: process.env["PATH"], HOME: home });
      workers.push(worker);
      return worker;
    },
    async submit(text, count, { side = 96, maxCost, picture } = {}) {
      const prepared = await prepareWorkflow(parseWorkflow(text, { file: "remote.yaml" }), services.models);
      const image = await saveAs(services, picture ?? (await drawPicture(side, false)), "image");
      const mask = await saveAs(services, await drawPicture(side, true), "mask");
      const batch = await openBatch(services.store, {
        ...prepared,
        owner: LOCAL_OWNER,
        inputs: {},
        interactive: false,
      });
      if (maxCost !== undefined)
        await setBatchBudget(services.store.db, LOCAL_OWNER, batch.batchUUID, maxCost);
      const inputs = { image: { uuid: image, meta: {} }, mask: { uuid: mask } };
      const submissions = Array.from({ length: count }, (_, at) => ({
        file: `${at}.png`,
        prepare: async () => ({ inputs, identity: null }),
      }));
      const runs = await submitRuns(services.store, batch, submissions);
      await completeBatch(services.store.db, batch.batchUUID);
      return { batchUUID: batch.batchUUID, runs: runs.map(({ runUUID }) => runUUID) };
    },
    async untilTasks(batchUUID, expected) {
      const isReached = async () => {
        const now = await statuses(batchUUID);
        if (JSON.stringify(Object.entries(now).sort()) !== JSON.stringify(Object.entries(expected).sort()))
          throw new Error(`the tasks stand so: ${JSON.stringify(now)}`);
      };
      await vi.waitFor(isReached, { timeout: 150_000, interval: 50 });
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await services.close();
      await removeTemporaryHome(home);
    },
  };
}

async function startWorker(env: NodeJS.ProcessEnv): Promise<RemoteWorker> {
  const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", WORKER], {
    env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const parts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => parts.push(String(data)));
  const exited = once(child, "exit");
  const first = await Promise.race([once(child, "message"), exited.then(() => [{ type: "exit" }])]);
  const { type } = first[0] as { type: string };
  if (type !== "ready") throw new Error(`the worker is not ready: ${parts.join("")}`);
  return {
    output: () => parts.join(""),
    async metric(name) {
      child.send({ type: "metrics" });
      for (;;) {
        const [message] = await once(child, "message");
        if (message.type !== "metrics") continue;
        const all = ToldMetrics.parse(message.metrics);
        return all.find((metric) => metric.name === name)?.values ?? [];
      }
    },
    async kill(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
    },
  };
}

/** Slopes and edges, or a white box on black. */
function drawPicture(side: number, isMask: boolean): Promise<Buffer> {
  const samples = Buffer.alloc(side * side * (isMask ? 1 : 3));
  for (let at = 0; at < samples.length; at++) {
    const pixel = isMask ? at : Math.floor(at / 3);
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    const inside = [x, y].every((value) => value >= side * 0.25 && value < side * 0.75);
    samples[at] = isMask ? (inside ? 255 : 0) : (x * 2 + y + (at % 3) * 40) % 256;
  }
  const raw = { width: side, height: side, channels: isMask ? (1 as const) : (3 as const) };
  return sharp(samples, { raw })
    .toColourspace(isMask ? "b-w" : "srgb")
    .png()
    .toBuffer();
}

async function saveAs({ artifacts }: Services, bytes: Buffer, kind: "image" | "mask"): Promise<ArtifactUUID> {
  const { width = null, height = null, format } = await sharp(bytes).metadata();
  const mediaType = `image/${format}`;
  const { uuid } = await artifacts.save(bytes, { owner: LOCAL_OWNER, kind, mediaType, width, height });
  return uuid;
}
