import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { findDetector } from "../../../models/registry.ts";
import { pulledSourcesOf } from "../../../src/runs/models/pull-model.ts";
import { type MisbehavingServer, startMisbehavingServer } from "./misbehaving-server.ts";

const MAIN = fileURLToPath(new URL("../../../src/cli/main.ts", import.meta.url));
const CAME = 50_000;
const [source] = pulledSourcesOf(findDetector("face_yolov8n"));
const whole = source?.bytes ?? 0;

let home: string;
let server: MisbehavingServer;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "maskloom-stop-"));
  server = await startMisbehavingServer(Buffer.alloc(whole));
});
afterAll(async () => {
  await server.close();
  await rm(home, { recursive: true });
});

function startPull() {
  return spawn(process.execPath, ["--import", "tsx", MAIN, "models", "pull", "face_yolov8n"], {
    env: { ...process.env, MASKLOOM_HOME: home, MASKLOOM_MODELS_URL: server.url, NO_PROXY: "127.0.0.1" },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

it("a pull that is stopped by Ctrl-C leaves what came, and the next one goes on from there", async () => {
  server.behave((content, _request, response) => {
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, CAME));
  });
  const part = path.join(home, "models", "pulled", "face_yolov8n.pt.part");
  const stopped = startPull();
  const early = once(stopped, "exit").then(() => {
    throw new Error("expected the pull to go on until it is stopped, but it ended");
  });
  const came = vi.waitFor(async () => expect((await stat(part)).size).toBe(CAME), { timeout: 60_000 });
  await Promise.race([came, early]);
  early.catch(() => undefined);
  stopped.kill("SIGINT");
  const [code] = await once(stopped, "exit");
  expect(code).toBe(130);
  expect((await stat(part)).size).toBe(CAME);

  server.behave((_content, _request, response) => response.writeHead(404).end());
  const next = startPull();
  let said = "";
  next.stderr.on("data", (text) => {
    said += String(text);
  });
  expect(await once(next, "exit")).toEqual([1, null]);
  expect(server.seen.at(-1)?.range).toBe(`bytes=${CAME}-`);
  expect(said).toMatch(/DOWNLOAD_FAILED/);
}, 120_000);
