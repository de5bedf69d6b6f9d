import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), "maskloom-config-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const writeConfig = (text: string) => writeFile(path.join(home, "config.yaml"), text);

describe("configuration", () => {
  it("needs nothing: the defaults keep everything on this machine", () => {
    expect(readConfig({ MASKLOOM_HOME: home })).toEqual({
      home,
      database: {
        url: undefined,
        directUrl: undefined,
        schema: "maskloom",
        connections: 8,
        statementTimeoutMs: 120_000,
        lockTimeoutMs: 30_000,
        idleTransactionTimeoutMs: 60_000,
        keepEventsMs: 90 * 24 * 60 * 60 * 1000,
      },
      queue: { redis: undefined, prefix: "maskloom" },
      artifacts: { kind: "file", folder: path.join(home, "artifacts") },
      s3: { endpoint: undefined, region: "us-east-1" },
      models: { folder: path.join(home, "models"), mirrorUrl: undefined },
      server: {
        host: "127.0.0.1",
        port: 8787,
        apiKey: undefined,
        requireKeys: undefined,
        publicUrl: undefined,
        allowedHosts: [],
        allowedOrigins: [],
        strict: false,
        liveConnections: 256,
      },
      inference: {
        threads: os.availableParallelism(),
        providers: ["cpu"],
        sessionBytes: expect.toSatisfy((bytes) => bytes >= 2 ** 29 && bytes <= 2 ** 33),
        warmUp: [],
      },
      providers: [],
      worker: { queues: [], concurrency: undefined, graceMs: 20_000, mostMemoryBytes: undefined },
      pictures: {
        keepMs: 30 * 24 * 60 * 60 * 1000,
        mostBytes: undefined,
        uploadSide: undefined,
        fetchMs: 30_000,
        allowedTargets: [],
        provenance: true,
        recordedRuns: 20,
      },
      batches: { folders: [] },
      api: { prices: new Map(), webhookSecret: undefined, webhookBody: "flat", imageAliases: true },
      notifications: null,
      observability: { logFormat: "json", metrics: null, tracesUrl: undefined },
      logLevel: "info",
      limits: { inputBytes: 64 * 1024 * 1024, inputPixels: 100_000_000, outputPixels: 200_000_000 },
      settings: expect.any(Array),
    });
  });

  it("says of each setting what holds and who said it, and of secrets only that there is one", async () => {
    await writeConfig("server:\n  port: 9000\n  apiKey: not-to-be-shown-1\n");
    const { settings } = readConfig({
      MASKLOOM_HOME: home,
      MASKLOOM_PORT: "9001",
      DATABASE_URL: "postgres://me:not-to-be-shown-2@db.example/all",
      MASKLOOM_WEBHOOK_SECRET: "not-to-be-shown-3",
      MASKLOOM_PRICES: "local:fill=1",
    });
    const of = (name: string) => settings.find((setting) => setting.name === name);
    expect(of("MASKLOOM_PORT")).toMatchObject({ place: "server.port", value: "9001", source: "environment" });
    expect(of("MASKLOOM_API_KEY")).toMatchObject({
      value: null,
      isSecret: true,
      isSet: true,
      source: "file",
    });
    expect(of("MASKLOOM_HOST")).toMatchObject({ value: "127.0.0.1", source: "default" });
    expect(of("REDIS_URL")).toMatchObject({ value: null, isSecret: false, isSet: false, source: "default" });
    expect(of("DATABASE_URL")?.value).toBe("postgres://me:…@db.example/all");
    expect(of("MASKLOOM_PRICES")?.value).toBe("local:fill=1");
    expect(JSON.stringify(settings)).not.toContain("not-to-be-shown");
  });

  it("reads what a file holds, as containers hand over secrets, and says which file it cannot read", async () => {
    const file = path.join(home, "secret");
    await writeFile(file, "a-rather-long-secret\n");
    const config = readConfig({
      MASKLOOM_HOME: home,
      MASKLOOM_API_KEY_FILE: file,
      DATABASE_URL: "postgres://me@db.example/all",
      DATABASE_PASSWORD_FILE: file,
      REDIS_URL: "redis://queue.example",
      REDIS_PASSWORD: "p@ss/word",
      RUNWARE_API_KEY_FILE: file,
    });
    expect(config.server.apiKey).toBe("a-rather-long-secret");
    expect(config.database.url).toBe("postgres://me:a-rather-long-secret@db.example/all");
    expect(JSON.stringify(config.queue)).toContain("redis://:p%40ss%2Fword@queue.example");
    expect(config.providers[0]?.key).toBe("a-rather-long-secret");
    expect(JSON.stringify(config.settings)).not.toMatch(/a-rather-long-secret|p@ss|p%40ss/);
    const missing = { MASKLOOM_HOME: home, MASKLOOM_API_KEY_FILE: path.join(home, "none") };
    expect(() => readConfig(missing)).toThrow(/MASKLOOM_API_KEY_FILE: expected a file/);
    const both = {
      MASKLOOM_HOME: home,
      MASKLOOM_API_KEY_FILE: file,
      MASKLOOM_API_KEY: "another-long-secret",
    };
    expect(() => readConfig(both)).toThrow(/one of MASKLOOM_API_KEY and MASKLOOM_API_KEY_FILE/);
  });

  it("names what is wrong as it was given: by its variable, or by its place in the file", async () => {
    const folder = await mkdtemp(path.join(home, "wrong-"));
    const file = path.join(folder, "config.yaml");
    await writeFile(file, "server: { port: nine, strict: maybe }\nbatches: { folders: [a, b] }\n");
    const env = { MASKLOOM_HOME: folder, MASKLOOM_STRICT: "perhaps" };
    expect(() => readConfig(env)).toThrow(
      new RegExp(`configuration: server\\.port in ${file}: expected number.*MASKLOOM_STRICT: expected`),
    );
    expect(() => readConfig(env)).not.toThrow(/MASKLOOM_PORT|server\.strict|folders/);
  });

  it("tells nobody but whom it is told to, and shows nobody the address, which is a secret at Slack's", () => {
    const url = "https://hooks.slack.example/services/T0/B0/not-to-be-shown";
    const env = { MASKLOOM_HOME: home, MASKLOOM_NOTIFY_URL: url, MASKLOOM_NOTIFY_FORMAT: "slack" };
    const { notifications, settings } = readConfig({
      ...env,
      MASKLOOM_NOTIFY_ON: "batch.ended, budget.reached",
    });
    const kinds = ["batch.ended", "budget.reached"];
    expect(notifications).toEqual({ url, format: "slack", kinds, failureRate: 0.2 });
    expect(JSON.stringify(settings)).not.toContain("not-to-be-shown");
    expect(() => readConfig({ ...env, MASKLOOM_NOTIFY_ON: "everything" })).toThrow(/MASKLOOM_NOTIFY_ON/);
  });

  it("keeps the password that an address has", () => {
    const env = { MASKLOOM_HOME: home, DATABASE_URL: "postgres://me:own@db/all", DATABASE_PASSWORD: "other" };
    expect(readConfig(env).database.url).toBe("postgres://me:own@db/all");
  });

  it("has prices by model, and says which one it cannot read", () => {
    const { prices } = readConfig({
      MASKLOOM_HOME: home,
      MASKLOOM_PRICES: "Face_YOLOv8n=0.0006, local:fill=1",
    }).api;
    expect([...prices]).toEqual([
      ["face_yolov8n", 0.0006],
      ["local:fill", 1],
    ]);
    expect(() => readConfig({ MASKLOOM_HOME: home, MASKLOOM_PRICES: "fill=cheap" })).toThrow(
      /MASKLOOM_PRICES.*model=price.*fill=cheap/,
    );
  });

  it("keeps its data in an absolute folder of the user, or of the machine for root", () => {
    const { home: chosen } = readConfig({});
    expect(path.isAbsolute(chosen)).toBe(true);
    if (process.getuid?.() === 0) expect(chosen).toBe("/var/lib/maskloom");
    else expect(chosen).toMatch(/maskloom/);
  });

  it("takes every setting from the environment", () => {
    const config = readConfig({
      MASKLOOM_HOME: home,
      DATABASE_URL: "postgres://someone@db.example/masks",
      DATABASE_SCHEMA: "studio",
      DATABASE_CONNECTIONS: "20",
      REDIS_URL: "rediss://cache.example:6380/1",
      QUEUE_PREFIX: "studio",
      ARTIFACTS_URL: "file:///srv/artifacts",
      MASKLOOM_MODELS_URL: "https://mirror.example/models/",
      MASKLOOM_HOST: "0.0.0.0",
      MASKLOOM_PORT: "0",
      MASKLOOM_API_KEY: "a-rather-long-secret",
      PUBLIC_URL: "https://masks.example/",
      MASKLOOM_ALLOWED_HOSTS: "masks.example, masks.test",
      MASKLOOM_ALLOWED_ORIGINS: "https://masks.example",
      MASKLOOM_STRICT: "true",
      LOG_LEVEL: "debug",
      MASKLOOM_MAX_INPUT_BYTES: "1000",
      MASKLOOM_THREADS: "3",
      MASKLOOM_EXECUTION_PROVIDERS: "cuda, cpu",
      MASKLOOM_MODEL_MEMORY: "2000000000",
      MASKLOOM_WARM_UP: "mediapipe_face_full",
    });
    expect(config).toMatchObject({
      database: { url: "postgres://someone@db.example/masks", schema: "studio", connections: 20 },
      queue: { redis: { url: "rediss://cache.example:6380/1", isCluster: false }, prefix: "studio" },
      artifacts: { folder: path.normalize("/srv/artifacts") },
      models: { folder: path.join(home, "models"), mirrorUrl: "https://mirror.example/models" },
      server: {
        host: "0.0.0.0",
        port: 0,
        apiKey: "a-rather-long-secret",
        publicUrl: "https://masks.example",
        allowedHosts: ["masks.example", "masks.test"],
        allowedOrigins: ["https://masks.example"],
        strict: true,
        liveConnections: 256,
      },
      inference: {
        threads: 3,
        providers: ["cuda", "cpu"],
        sessionBytes: 2_000_000_000,
        warmUp: ["mediapipe_face_full"],
      },
      logLevel: "debug",
      limits: { inputBytes: 1000 },
    });
  });

  it("takes settings from the file in the home folder; the environment goes first", async () => {
    await writeConfig("logLevel: warn\nserver:\n  port: 9000\n  allowedHosts: [a.example, b.example]\n");
    const config = readConfig({ MASKLOOM_HOME: home, MASKLOOM_PORT: "9100", LOG_LEVEL: "" });
    expect(config.logLevel).toBe("warn");
    expect(config.server).toMatchObject({ port: 9100, allowedHosts: ["a.example", "b.example"] });
  });

  it("takes the file that MASKLOOM_CONFIG names, and misses it if it is not there", async () => {
    const file = path.join(home, "other.yaml");
    await writeFile(file, "queue: { prefix: other }");
    expect(readConfig({ MASKLOOM_HOME: home, MASKLOOM_CONFIG: file }).queue.prefix).toBe("other");
    expect(() => readConfig({ MASKLOOM_CONFIG: path.join(home, "none.yaml") })).toThrow(/none\.yaml: ENOENT/);
  });

  it.each([
    ["MASKLOOM_PORT", "eighty"],
    ["MASKLOOM_PORT", "70000"],
    ["DATABASE_URL", "mysql://db.example/x"],
    ["DATABASE_SCHEMA", 'x"; drop schema public; --'],
    ["REDIS_URL", "http://cache.example"],
    ["QUEUE_PREFIX", "a:b"],
    ["MASKLOOM_API_KEY", "short"],
    ["LOG_LEVEL", "loud"],
    ["MASKLOOM_THREADS", "0"],
    ["MASKLOOM_EXECUTION_PROVIDERS", "cuda,gpu"],
    ["MASKLOOM_MODEL_MEMORY", "much"],
    ["MASKLOOM_MAX_INPUT_PIXELS", "-1"],
  ])("refuses %s=%s by its name", (name, value) => {
    expect(() => readConfig({ MASKLOOM_HOME: home, [name]: value })).toThrow(
      expect.objectContaining({
        code: "INPUT_INVALID",
        message: expect.stringContaining(`configuration: ${name}`),
      }),
    );
  });

  it("reports all wrong settings at once", () => {
    const read = () => readConfig({ MASKLOOM_HOME: home, MASKLOOM_PORT: "x", LOG_LEVEL: "x" });
    expect(read).toThrow(/MASKLOOM_PORT[\s\S]*LOG_LEVEL/);
  });

  it("takes a bucket of S3 with a prefix, its endpoint and region, and nothing else in the address", () => {
    const read = (address: string) =>
      readConfig({
        MASKLOOM_HOME: home,
        ARTIFACTS_URL: address,
        MASKLOOM_S3_ENDPOINT: "http://127.0.0.1:9000",
        MASKLOOM_S3_REGION: "eu-central-1",
      }).artifacts;
    const place = { kind: "s3", endpoint: "http://127.0.0.1:9000", region: "eu-central-1" };
    expect(read("s3://pictures/of/us/")).toEqual({ ...place, bucket: "pictures", prefix: "of/us" });
    expect(read("s3://pictures")).toEqual({ ...place, bucket: "pictures", prefix: "" });
    for (const wrong of ["s3://", "s3://pictures?endpoint=x", "s3://key:hush@pictures/x"]) {
      expect(() => read(wrong)).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
      expect(() => read(wrong)).not.toThrow(/hush/);
    }
  });

  it("refuses a setting of the file that it does not know, and a file that is no YAML", async () => {
    await writeConfig("server: { prot: 80 }");
    expect(() => readConfig({ MASKLOOM_HOME: home })).toThrow(
      /config\.yaml: unknown setting server\.prot\. Did you mean server\.port\? docs\/cli\.md has all/,
    );
    await writeConfig("server: [");
    expect(() => readConfig({ MASKLOOM_HOME: home })).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID" }),
    );
  });
});
