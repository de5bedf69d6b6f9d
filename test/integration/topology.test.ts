import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedisServer } from "../conformance/redis-server.ts";
import { hasS3Server } from "../conformance/s3-server.ts";
import { OWN_SERVICES } from "../deploy/deployment-files.ts";
import { type Installation, installCli, PHOTOS, until } from "./cli-installation.ts";
import { startTopology, type Topology } from "./topology.ts";

const isPossible = hasRedisServer() && hasS3Server();

describe.skipIf(!isPossible)("the topology of docker-compose.yml as plain processes", () => {
  let installation: Installation;
  let topology: Topology;
  beforeAll(async () => {
    installation = await installCli();
    topology = await startTopology(installation);
  });
  afterAll(async () => {
    await topology?.close();
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

  it("ends with all that it began when it is told to", async () => {
    expect(await topology.end()).toEqual({ server: 0, "worker-masking": 0, "worker-inpainting": 0 });
  });
});
