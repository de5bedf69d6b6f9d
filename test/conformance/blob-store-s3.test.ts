import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openBlobStore } from "../../src/artifacts/open-blob-store.ts";
import type { Digest } from "../../src/contracts/ids.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { describeBlobStore } from "./blob-store.ts";
import { hasS3Server, S3_CREDENTIALS, type S3Server, startS3Server } from "./s3-server.ts";

const REGION = "us-east-1";

describe.skipIf(mayBeMissing && !hasS3Server())("S3 (moto)", () => {
  let server: S3Server;
  let client: S3Client;

  beforeAll(async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", S3_CREDENTIALS.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", S3_CREDENTIALS.secretAccessKey);
    server = await startS3Server();
    client = new S3Client({
      region: REGION,
      endpoint: server.endpoint,
      forcePathStyle: true,
      credentials: S3_CREDENTIALS,
    });
  }, 60_000);
  afterAll(async () => {
    client?.destroy();
    await server?.stop();
    vi.unstubAllEnvs();
  });

  const placeOf = (bucket: string, prefix: string) =>
    ({ kind: "s3", bucket, prefix, endpoint: server.endpoint, region: REGION }) as const;
  const keysOf = async (Bucket: string) => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key = "" }) => Key);
  };
  const host = async (bucket: string, prefix: string) => {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const store = await openBlobStore(placeOf(bucket, prefix));
    const keyOf = (digest: Digest) =>
      [prefix, digest.slice(0, 2), digest].filter((part) => part !== "").join("/");
    const read = async (Key: string) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    };
    const write = async (Key: string, Body: Buffer) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    };
    return {
      store,
      async corrupt(digest: Digest) {
        const bytes = await read(keyOf(digest));
        bytes.writeUInt8(bytes.readUInt8(77) ^ 1, 77);
        await write(keyOf(digest), bytes);
      },
      async truncate(digest: Digest) {
        await write(keyOf(digest), (await read(keyOf(digest))).subarray(0, 10));
      },
      age: (digest: Digest, milliseconds: number) => server.age(bucket, keyOf(digest), milliseconds),
      count: async () => (await keysOf(bucket)).length,
      stop: async () => undefined,
    };
  };

  describeBlobStore("S3, in a folder of a bucket", () => host("pictures", "maskloom/blobs"));
  describeBlobStore("S3, in a bucket of its own", () => host("own", ""));

  it.each(["", "grüne Bilder/a+b 100%"])(
    "sends what is large in parts, and leaves only the blob, in folder %j",
    async (folder) => {
      const bucket = folder === "" ? "large" : "large-in-folder";
      const { store } = await host(bucket, folder);
      async function* chunks() {
        for (let at = 0; at < 20; at++) yield new Uint8Array(1024 * 1024).fill(at);
      }
      const { digest, bytes } = await store.put(chunks());
      expect(bytes).toBe(20 * 1024 * 1024);
      expect(await store.size(digest)).toBe(bytes);
      const start = folder === "" ? "" : `${folder}/`;
      expect(await keysOf(bucket)).toEqual([`${start}${digest.slice(0, 2)}/${digest}`]);
    },
  );

  it("gives up the parts of a large stream that breaks off", async () => {
    const { store } = await host("broken", "");
    async function* chunks() {
      for (let at = 0; at < 12; at++) yield new Uint8Array(1024 * 1024);
      throw new Error("the line went dead");
    }
    await expect(store.put(chunks())).rejects.toThrow("the line went dead");
    expect(await keysOf("broken")).toEqual([]);
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: "broken" }));
    expect(Uploads).toEqual([]);
  });

  it("says at once which bucket is not there, and what to set", async () => {
    await expect(openBlobStore(placeOf("nobodys", "x"))).rejects.toMatchObject({
      code: "OUTPUT_UNWRITABLE",
      message: expect.stringMatching(/s3:\/\/nobodys\/x.*make it.*MASKLOOM_S3_ENDPOINT/),
    });
  });
});
