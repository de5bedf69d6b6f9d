import { createHash } from "node:crypto";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ObjectStore } from "../../src/artifacts/object-store.ts";
import { openObjectStore } from "../../src/artifacts/open-object-store.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { hasS3Server, S3_CREDENTIALS, type S3Server, startS3Server } from "./s3-server.ts";

describe.skipIf(mayBeMissing && !hasS3Server())("pictures that people keep in S3 (moto)", () => {
  let server: S3Server;
  let client: S3Client;
  let objects: ObjectStore;
  beforeAll(async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", S3_CREDENTIALS.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", S3_CREDENTIALS.secretAccessKey);
    server = await startS3Server();
    const settings = { region: "us-east-1", endpoint: server.endpoint };
    objects = openObjectStore(settings);
    client = new S3Client({ ...settings, forcePathStyle: true, credentials: S3_CREDENTIALS });
    await client.send(new CreateBucketCommand({ Bucket: "shots" }));
  }, 60_000);
  afterAll(async () => {
    await objects?.close();
    client?.destroy();
    await server?.stop();
    vi.unstubAllEnvs();
  });

  const put = (Key: string, Body: string) =>
    client.send(new PutObjectCommand({ Bucket: "shots", Key, Body }));
  const entriesOf = async (folder: string) => {
    const found: string[] = [];
    for await (const { name, kind } of objects.entries(folder)) found.push(`${kind} ${name}`);
    return found;
  };

  it("are listed a folder at a time, page by page, without names that no folder could have", async () => {
    const many = Array.from({ length: 1_001 }, (_, at) => `many/${String(at).padStart(4, "0")}.png`);
    await Promise.all(many.map((key) => put(key, "x")));
    for (const key of [
      "top.png",
      "odd/",
      "odd//double.png",
      "odd/../up.png",
      "odd/a b#1?.png",
      "odd/in/x.png",
    ])
      await put(key, "x");
    expect((await entriesOf("s3://shots/many")).length).toBe(1_001);
    expect(await entriesOf("s3://shots/odd")).toEqual(["file a b#1?.png", "folder in"]);
    expect((await entriesOf("s3://shots")).sort()).toEqual(["file top.png", "folder many", "folder odd"]);
  });

  it("are told apart: an object, a folder, nothing", async () => {
    expect(await objects.kindOf("s3://shots/top.png")).toBe("file");
    expect(await objects.kindOf("s3://shots/odd/in")).toBe("folder");
    expect(await objects.kindOf("s3://shots")).toBe("folder");
    expect(await objects.kindOf("s3://shots/od")).toBeNull();
  });

  it("are written whole with their digest, and read no further than may be", async () => {
    const bytes = Buffer.from("a picture");
    await objects.write("s3://shots/out/a b.png", bytes, "image/png");
    const digest = createHash("sha256").update(bytes).digest("hex");
    expect(await objects.find("s3://shots/out/a b.png")).toEqual({ bytes: 9, digest });
    expect(await objects.find("s3://shots/top.png")).toEqual({ bytes: 1, digest: null });
    expect(await objects.find("s3://shots/out/none.png")).toBeNull();
    expect(await objects.read("s3://shots/out/a b.png", 9)).toEqual(bytes);
    await expect(objects.read("s3://shots/out/a b.png", 8)).rejects.toMatchObject({
      code: "IMAGE_TOO_LARGE",
    });
  });

  it("say what is missing by their address", async () => {
    await expect(objects.read("s3://shots/none.png")).rejects.toMatchObject({
      code: "INPUT_MISSING",
      message: "s3://shots/none.png: expected what is in S3; there is none",
    });
    await expect(entriesOf("s3://nobodys/x")).rejects.toMatchObject({ code: "INPUT_MISSING" });
    await expect(objects.write("s3://nobodys/x", Buffer.from("x"))).rejects.toMatchObject({
      code: "OUTPUT_UNWRITABLE",
      message: expect.stringContaining("s3://nobodys/x: cannot be written: NoSuchBucket"),
    });
  });
});
