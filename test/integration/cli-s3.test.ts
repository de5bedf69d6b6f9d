import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasS3Server, S3_CREDENTIALS, type S3Server, startS3Server } from "../conformance/s3-server.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type Installation, installCli, PHOTOS } from "./cli-installation.ts";

describe.skipIf(!hasS3Server())("pictures in S3 (moto)", () => {
  let installation: Installation;
  let server: S3Server;
  let client: S3Client;
  let home: string;
  let out: string;
  beforeAll(async () => {
    [installation, server, home, out] = await Promise.all([
      installCli(),
      startS3Server(),
      makeTemporaryHome(),
      mkdtemp(path.join(os.tmpdir(), "maskloom-s3-")),
    ]);
    const { endpoint } = server;
    const options = { region: "us-east-1", endpoint, forcePathStyle: true, credentials: S3_CREDENTIALS };
    client = new S3Client(options);
    await client.send(new CreateBucketCommand({ Bucket: "pictures" }));
  }, 60_000);
  afterAll(async () => {
    client?.destroy();
    await server?.stop();
    if (home !== undefined) await removeTemporaryHome(home);
    if (out !== undefined) await rm(out, { recursive: true, force: true });
    await installation?.remove();
  });

  const maskloom = (args: readonly string[], address = "s3://pictures/of/this-farm") =>
    installation.run(args, {
      home,
      env: {
        ARTIFACTS_URL: address,
        MASKLOOM_S3_ENDPOINT: server.endpoint,
        AWS_ACCESS_KEY_ID: S3_CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: S3_CREDENTIALS.secretAccessKey,
      },
    });
  const keys = async () => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: "pictures" }));
    return Contents.map(({ Key = "" }) => Key);
  };

  it("are masked, repainted, written out and collected there, and nowhere else", async () => {
    const run = await maskloom(["run", "anonymize-faces", PHOTOS, "--out", out]);
    expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
    const photos = (await readdir(PHOTOS)).filter((name) => name.endsWith(".jpg"));
    expect(await readdir(out)).toEqual(expect.arrayContaining(photos));
    const stored = await keys();
    expect(stored.every((key) => key.startsWith("of/this-farm/"))).toBe(true);
    expect(stored.filter((key) => /\/[0-9a-f]{64}$/.test(key)).length).toBeGreaterThanOrEqual(
      3 * photos.length,
    );
    expect(existsSync(path.join(home, "artifacts"))).toBe(false);

    const gc = await maskloom(["gc", "--unused-days", "0", "--json"]);
    /* Objects of the last minutes stay for whoever is about to name them. */
    const { removed } = JSON.parse(gc.stdout) as { removed: { pictures: number; blobs: number } };
    expect(removed.pictures).toBeGreaterThanOrEqual(3 * photos.length);
    expect(removed.blobs).toBe(0);
  });

  it("say at once that the bucket is not there, and what an address looks like", async () => {
    const missing = await maskloom(["run", "anonymize-faces", PHOTOS, "--out", out], "s3://nobodys");
    expect(missing.code).not.toBe(0);
    expect(missing.stderr).toContain("s3://nobodys: the bucket cannot be used");
    const wrong = await maskloom(["gc"], "s3://key:secret@pictures?x=1");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("expected s3://bucket or s3://bucket/prefix");
    expect(wrong.stderr).not.toContain("secret@");
  });
});
