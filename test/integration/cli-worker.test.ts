import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import process from "node:process";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { isRunning } from "../../src/store/is-running.ts";
import { hookWorkflow } from "../chaos/held-hooks.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type Installation, installCli, PHOTOS, until } from "./cli-installation.ts";

/* Server and workers as commands of their own, as on machines of their own. */

type Command = ReturnType<Installation["start"]>;

const FILL = `
maskloom: 1
name: two-places
inputs: { image: { type: image } }
steps:
  - { id: face, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_short }
  - id: red
    task: imageInference
    model: local:fill
    seedImage: \${inputs.image}
    maskImage: \${steps.face.maskImage}
    settings: { mode: colour, color: "#ff0000" }
output: \${steps.red.image}
`;

let installation: Installation;
let home: string;
let client: MaskloomClient;
/** It takes requests and answers none. */
let silent: Server;
let silentUrl: string;
const image = readFile(path.join(PHOTOS, "astronaut.jpg"));
/** What this system cannot have. */
const ELSEWHERE = process.platform === "darwin" ? "dml" : "coreml";
const env = { LOG_LEVEL: "warn", MASKLOOM_ALLOWED_TARGETS: "127.0.0.1" };
const start = (...args: string[]): Command => installation.start(args, { home, env });

beforeAll(async () => {
  installation = await installCli();
  home = await makeTemporaryHome();
  const server = start("server", "--port", "0");
  servers.push(server);
  await untilSays(server);
  client = new MaskloomClient({ baseUrl: /http\S+/.exec(server.stdout())?.[0] ?? "" });
  silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
});
const servers: Command[] = [];
let workers: Command[] = [];
beforeEach(() => {
  workers = [];
});
afterEach(async () => {
  for (const worker of workers) worker.kill("SIGTERM");
  silent.closeAllConnections();
  await Promise.all(workers.map((worker) => worker.ended));
});
afterAll(async () => {
  silent?.closeAllConnections();
  silent?.close();
  for (const server of servers) server.kill("SIGTERM");
  expect((await Promise.all(servers.map(({ ended }) => ended))).map(({ code }) => code)).toEqual([0]);
  await removeTemporaryHome(home);
  await installation.remove();
});

async function startWorker(...args: string[]): Promise<Command> {
  const worker = start("worker", ...args);
  workers.push(worker);
  await untilSays(worker);
  return worker;
}

/** Its one line. @throws where it ends instead */
async function untilSays(command: Command): Promise<void> {
  await until(() => command.stdout().includes("\n") || !isRunning(command.pid));
  if (!command.stdout().includes("\n")) throw new Error(`it ended: ${command.stderr()}`);
}

async function hold(): Promise<string> {
  const asked = once(silent, "request");
  const { runUUID } = await client.runs.create({ workflow: hookWorkflow(silentUrl), image: await image });
  await asked;
  return runUUID;
}

const pids = async () => (await client.workers.list()).map(({ pid }) => pid);
const taskOf = async (runUUID: string) => (await client.runs.get(runUUID)).tasks[0]?.status;

describe("a worker of its own", () => {
  it("does what its queues hold and nothing else, and what is left waits for one that serves it", async () => {
    const masking = await startWorker("--queues", "masking", "--concurrency", "1");
    expect(masking.stdout()).toBe("Maskloom worker is ready: masking\n");
    const { runUUID } = await client.runs.create({ workflow: FILL, image: await image });
    await until(async () => (await client.runs.get(runUUID)).tasks[0]?.status === "succeeded");
    expect((await client.runs.get(runUUID)).tasks[1]?.status).toMatch(/^(waiting|queued)$/);
    const painting = await startWorker("--queues", "inpainting");
    expect(painting.stdout()).toBe("Maskloom worker is ready: inpainting-local\n");
    expect((await client.runs.wait(runUUID)).status).toBe("succeeded");
    masking.kill("SIGTERM");
    expect((await masking.ended).code).toBe(0);
  });

  it("loads the models of MASKLOOM_WARM_UP before there is any task, and is ready without those that are not here", async () => {
    const settings = {
      MASKLOOM_WARM_UP: "mediapipe_face_short,face_yolov8n",
      MASKLOOM_EXECUTION_PROVIDERS: ELSEWHERE,
    };
    const worker = installation.start(["worker", "--queues", "masking"], {
      home,
      env: { ...env, ...settings },
    });
    workers.push(worker);
    await untilSays(worker);
    worker.kill("SIGTERM");
    const { code, stderr } = await worker.ended;
    expect(code).toBe(0);
    // It is looked for where a session is made, and nowhere else.
    expect(stderr).toContain(`execution provider ${ELSEWHERE} cannot be used`);
    expect(stderr).toMatch(/MODEL_UNAVAILABLE.*maskloom models pull face_yolov8n/);
  });

  it("is refused queues that nobody has", async () => {
    const { code, stdout, stderr } = await start("worker", "--queues", "maskin").ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/INPUT_INVALID: queue maskin: expected .*Did you mean masking\?/);
  });

  it("gives back what is not finished within its grace period, for the next one to do", async () => {
    const worker = await startWorker("--grace-seconds", "0.1");
    const runUUID = await hold();
    worker.kill("SIGTERM");
    expect((await worker.ended).code).toBe(0);
    expect(await taskOf(runUUID)).toBe("queued");
    const asked = once(silent, "request");
    await startWorker("--grace-seconds", "0");
    await asked;
    await client.runs.cancel(runUUID);
  });

  it("finishes what it has when it is asked to end, and ends at once when it is asked again", async () => {
    const worker = await startWorker("--grace-seconds", "600");
    const runUUID = await hold();
    const [pid = 0] = await pids();
    worker.kill("SIGTERM");
    await until(async () => (await client.workers.list()).some(({ isDraining }) => isDraining));
    expect([isRunning(worker.pid), await taskOf(runUUID)]).toEqual([true, "running"]);
    const ended = { isTrue: false };
    void worker.ended.finally(() => {
      ended.isTrue = true;
    });
    /* One that comes within half a second is the same press, sent twice. */
    await until(() => {
      if (!ended.isTrue) worker.kill("SIGTERM");
      return ended.isTrue;
    });
    expect((await worker.ended).code).toBe(143);
    await until(() => !isRunning(pid));
    await client.runs.cancel(runUUID);
  });

  it("is replaced when it has grown beyond its memory, however often, and no picture suffers", async () => {
    const worker = await startWorker("--max-memory", "64M");
    const first = await pids();
    const { runUUID } = await client.runs.create({ workflow: FILL, image: await image });
    await until(async () => (await pids()).some((pid) => !first.includes(pid)));
    expect((await client.runs.wait(runUUID)).status).toBe("succeeded");
    expect(worker.stderr()).toMatch(/has grown to \d+ MiB.*a higher MASKLOOM_MAX_MEMORY would help/);
    expect(worker.stderr()).not.toMatch(/the worker process ended/);
  });
});
