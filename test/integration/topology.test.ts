import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedisServer } from "../conformance/redis-server.ts";
import { hasS3Server } from "../conformance/s3-server.ts";
import { OWN_SERVICES } from "../deploy/deployment-files.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { type Installation, installCli, PHOTOS, until } from "./cli-installation.ts";
import { startTopology, type Topology } from "./topology.ts";
import { startTraceCollector, type TraceCollector } from "./trace-collector.ts";

const isPossible = hasRedisServer() && hasS3Server();

describe.skipIf(mayBeMissing && !isPossible)("the topology of docker-compose.yml as plain processes", () => {
  let installation: Installation;
  let topology: Topology;
  let collector: TraceCollector;
  let traceId: string | undefined;
  beforeAll(async () => {
    installation = await installCli();
    collector = await startTraceCollector();
    topology = await startTopology(installation, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  });
  afterAll(async () => {
    await topology?.close();
    await collector?.close();
    await installation?.remove();
  });

  const metricsOf = async (name: (typeof OWN_SERVICES)[number]) =>
    (await fetch(topology.processes[name].metricsUrl)).text();

  it("gets well by its own health checks", async () => {
    for (const name of OWN_SERVICES) await until(() => topology.processes[name].isWell());
  });

  it("does a batch with Redis, PostgreSQL and S3, each part by the worker that is there for it", async () => {
    const images = (await readdir(PHOTOS)).map((name) => ({ path: path.join(PHOTOS, name) }));
    const { batchUUID } = await topology.client.batches.create({ workflow: "anonymize-faces", images });
    await until(async () => (await topology.client.batches.get(batchUUID)).status === "ended");
    const { runs } = await topology.client.batches.get(batchUUID);
    expect(runs).toMatchObject({ succeeded: images.length });
    const masking = await metricsOf("worker-masking");
    expect(masking).toMatch(/^maskloom_task_duration_seconds_count\{task_type="imageMasking",[^}]*\} \d/m);
    expect(masking).not.toMatch(/^maskloom_task_duration_seconds_count\{task_type="imageInference"/m);
    expect(await metricsOf("worker-inpainting")).toMatch(
      /^maskloom_task_duration_seconds_count\{task_type="imageInference",provider="local",outcome="succeeded",process="worker"\} 2$/m,
    );
  });

  it("tells at the server how the installation stands, and to whom has the key only", async () => {
    const text = await metricsOf("server");
    expect(text).toMatch(/^maskloom_installation_readable\{process="server"\} 1$/m);
    expect(text).toMatch(/^maskloom_queue_workers\{queue="masking",process="server"\} 1$/m);
    expect(text).toMatch(/^maskloom_queue_workers\{queue="inpainting-local",process="server"\} 1$/m);
    expect(text).toMatch(
      /^maskloom_http_request_duration_seconds_count\{.*method="POST",route="\/api\/batches",status="202"\} 1$/m,
    );
    expect((await fetch(`${topology.url}/metrics`)).status).toBe(401);
    const headers = { authorization: `Bearer ${topology.apiKey}` };
    const answer = await fetch(`${topology.url}/metrics`, { headers });
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await answer.text()).toContain("maskloom_queue_waiting");
  });

  it("says of a run which trace it is part of", async () => {
    const image = { path: path.join(PHOTOS, "astronaut.jpg") };
    const { runUUID } = await topology.client.runs.create({ workflow: "anonymize-faces", image });
    const run = await topology.client.runs.wait(runUUID);
    expect(run.status).toBe("succeeded");
    expect(run.traceId).toMatch(/^[0-9a-f]{32}$/);
    traceId = run.traceId;
  });

  it("ends with all that it began when it is told to", async () => {
    expect(await topology.end()).toEqual({ server: 0, "worker-masking": 0, "worker-inpainting": 0 });
  });

  it("has sent that trace by then: from the request to the attempts of both workers", () => {
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    const names = spans.map(({ service, name }) => `${service}: ${name}`);
    expect(names).toEqual(
      expect.arrayContaining([
        "maskloom-server: POST /api/runs",
        "maskloom-server: run created",
        "maskloom-worker: delivery masking",
        "maskloom-worker: attempt imageMasking",
        "maskloom-worker: delivery inpainting-local",
        "maskloom-worker: attempt imageInference",
      ]),
    );
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId));
    expect(roots.map(({ name }) => name)).toEqual(["POST /api/runs"]);
  });
});
