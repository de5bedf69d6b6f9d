import { once } from "node:events";
import { connect } from "node:net";
import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { mergeMetrics } from "../../src/metrics/merge.ts";
import { startMetricsServer } from "../../src/metrics/metrics-server.ts";
import { createRegistry, mostMemory } from "../../src/metrics/registry.ts";
import { createTaskMetrics } from "../../src/metrics/task-metrics.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };
const TEXT = { contentType: "text/plain; version=0.0.4", text: "up 1\n" };

const GIBIBYTE = 2 ** 30;

it("tells metrics and whether the process is well to whoever asks, and nothing else", async () => {
  let isWell = true;
  const server = await startMetricsServer(LOOPBACK, { metrics: async () => TEXT, isWell: () => isWell });
  try {
    const metrics = await fetch(`${server.url}/metrics`);
    expect(metrics.headers.get("content-type")).toBe(TEXT.contentType);
    expect(await metrics.text()).toBe("up 1\n");
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    isWell = false;
    expect((await fetch(`${server.url}/healthz`)).status).toBe(503);
    expect((await fetch(`${server.url}/api/runs`)).status).toBe(404);
    expect((await fetch(`${server.url}/metrics`, { method: "POST" })).status).toBe(405);
    const port = Number(new URL(server.url).port);
    const second = startMetricsServer(
      { ...LOOPBACK, port },
      { metrics: async () => TEXT, isWell: () => true },
    );
    await expect(second).rejects.toThrow(/MASKLOOM_METRICS_PORT.*a port of its own/);
  } finally {
    await server.close();
  }
});

it.each(["//", "///", "//[", "/\\", "*", "http://", "/%"])(
  "answers a request for %s, which is no address, and goes on: whoever reaches the port could end the worker otherwise",
  async (target) => {
    const server = await startMetricsServer(LOOPBACK, { metrics: async () => TEXT, isWell: () => true });
    try {
      const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
      await once(socket, "connect");
      socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
      const chunks: Buffer[] = await socket.toArray();
      expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 40[04] /);
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    } finally {
      await server.close();
    }
  },
);

it("answers 500 where metrics cannot be read", async () => {
  const server = await startMetricsServer(LOOPBACK, {
    metrics: () => Promise.reject(new Error("no")),
    isWell: () => true,
  });
  expect((await fetch(`${server.url}/metrics`)).status).toBe(500);
  await server.close();
});

it("has a process and those that it looks after in one text, each with its own figures", async () => {
  const [server, worker] = [createRegistry("server"), createRegistry("worker")];
  createTaskMetrics(worker).began({ queue: "masking", taskType: "resize", waitedMs: 10 });
  const told: unknown = JSON.parse(JSON.stringify(await worker.getMetricsAsJSON()));
  const { text } = await mergeMetrics(server, [told as never]);
  expect(text).toMatch(/^process_resident_memory_bytes\{process="server"\} \d+/m);
  expect(text).toMatch(/^process_resident_memory_bytes\{process="worker"\} \d+/m);
  expect(text).toContain('maskloom_worker_tasks_running{task_type="resize",process="worker"} 1');
  expect(text.match(/^# TYPE process_resident_memory_bytes /gm)).toHaveLength(1);
});

it("tells of memory that threads share, which is where pictures are", async () => {
  const registry = createRegistry("worker");
  const bytesOf = async (): Promise<number> =>
    Number(/^maskloom_array_buffers_bytes\{process="worker"\} (\d+)$/m.exec(await registry.metrics())?.[1]);
  const before = await bytesOf();
  const shared = new SharedArrayBuffer(64 * 2 ** 20);
  expect((await bytesOf()) - before).toBeGreaterThan(shared.byteLength / 2);
});

it("tells how much memory it may have: its container's, or the machine's where nothing is constrained", async () => {
  expect(mostMemory(3 * GIBIBYTE, 24 * GIBIBYTE)).toBe(3 * GIBIBYTE);
  expect(mostMemory(2 ** 64, 24 * GIBIBYTE)).toBe(24 * GIBIBYTE);
  expect(mostMemory(0, 24 * GIBIBYTE)).toBe(24 * GIBIBYTE);
  expect(await createRegistry("server").metrics()).toMatch(/^maskloom_memory_limit_bytes\{.*\} \d{9,}$/m);
});

it("is plainly its own text where nobody else tells anything", async () => {
  const registry = new Registry();
  createTaskMetrics(registry);
  expect((await mergeMetrics(registry, [[]])).text).toBe(await registry.metrics());
});
