import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasS3Server, S3_CREDENTIALS, type S3Server, startS3Server } from "../conformance/s3-server.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type Installation, installCli, PHOTOS } from "./cli-installation.ts";

describe.skipIf(mayBeMissing && !hasS3Server())("pictures in S3 (moto)", () => {
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

  describe("of one's own", () => {
    const IN = "s3://shots/2024";
    const access = () => ({
      MASKLOOM_S3_ENDPOINT: server.endpoint,
      AWS_ACCESS_KEY_ID: S3_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: S3_CREDENTIALS.secretAccessKey,
    });
    const plain = (args: readonly string[]) =>
      installation.run(["run", "anonymize-faces", ...args], { home, env: access() });
    const put = (Key: string, Body: Buffer | string) =>
      client.send(new PutObjectCommand({ Bucket: "shots", Key, Body }));
    const get = async (Key: string) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: "shots", Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    };
    const shots = async (Prefix: string) => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: "shots", Prefix }));
      return Contents.map(({ Key = "" }) => Key.slice(Prefix.length));
    };
    const reportAt = async (Key: string) =>
      JSON.parse((await get(Key)).toString()) as {
        runs: { file: string; status: string; reused: boolean; error: { message: string } | null }[];
      };
    let photo: Buffer;
    beforeAll(async () => {
      const [name = ""] = (await readdir(PHOTOS)).filter((one) => one.endsWith(".jpg"));
      photo = await readFile(path.join(PHOTOS, name));
      await client.send(new CreateBucketCommand({ Bucket: "shots" }));
      await put("2024/may/one & two #1.jpg", photo);
      await put("2024/may/one & two #1.json", JSON.stringify({ mode: "blur" }));
      await put("2024/may/broken.png", "no picture");
      await put("2024/june/three.jpg", photo);
      await put("2024/some words.pdf", "words");
    });

    it("become results under the same names, a broken one a line of the report", async () => {
      const run = await plain([IN, "--out", "s3://shots/out/"]);
      expect([run.code, run.stderr]).toEqual([
        1,
        expect.stringContaining("1 file with another extension (1 .pdf) left out"),
      ]);
      expect(run.stderr).not.toContain("NodeVersionSupportWarning");
      expect(run.stdout).toMatch(/results {2}s3:\/\/shots\/out\/\n/);
      expect(await shots("out/")).toEqual(
        expect.arrayContaining(["may/one & two #1.jpg", "june/three.jpg", "maskloom-report.json"]),
      );
      expect(await shots("out/")).not.toContain("may/broken.png");
      const { runs } = await reportAt("out/maskloom-report.json");
      expect(runs.map(({ file, status }) => [file, status])).toEqual([
        ["june/three.jpg", "succeeded"],
        ["may/broken.png", "failed"],
        ["may/one & two #1.jpg", "succeeded"],
      ]);
      expect(runs[1]?.error?.message).toContain("s3://shots/2024/may/broken.png");
      /* One sidecar says blur, so that the same picture became two. */
      expect(await get("out/june/three.jpg")).not.toEqual(await get("out/may/one & two #1.jpg"));
    });

    it("are done by their content: what is there is taken over, what was removed comes back", async () => {
      const before = await get("out/june/three.jpg");
      await client.send(new DeleteObjectCommand({ Bucket: "shots", Key: "out/june/three.jpg" }));
      await put("2024/may/broken.png", photo);
      const again = await plain([IN, "--out", "s3://shots/out"]);
      expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/3 pictures: 3 succeeded/)]);
      const { runs } = await reportAt("out/maskloom-report.json");
      expect(runs.map(({ reused }) => reused)).toEqual([true, expect.any(Boolean), true]);
      expect(await get("out/june/three.jpg")).toEqual(before);
    });

    it("never take the place of somebody else's objects, nor of themselves", async () => {
      await put("other/june/three.jpg", "mine");
      const other = await plain([`${IN}/june`, "s3://shots/2024/may/*.jpg", "--out", "s3://shots/other"]);
      expect(other.code).toBe(1);
      expect(other.stderr).toContain("s3://shots/other/june/three.jpg: exists and was not written by");
      expect((await get("other/june/three.jpg")).toString()).toBe("mine");
      const same = await plain([IN, "--out", `${IN}/`]);
      expect([same.code, same.stderr]).toEqual([2, expect.stringContaining("both the input and the place")]);
    });

    it("come down into a folder, and say what is not there", async () => {
      const run = await plain([
        `${IN}/june/three.jpg`,
        "s3://shots/2024/july",
        "--out",
        path.join(out, "down"),
      ]);
      expect(run.code).toBe(1);
      expect(run.stderr).toContain("s3://shots/2024/july: expected an object, a folder or a glob in S3");
      expect(await readdir(path.join(out, "down"))).toContain("june");
      /* Any picture is a mask of what is bright in it. */
      await put("2024/masks/three.webp", photo);
      const masked = await installation.run(
        [
          "run",
          "remove-object",
          `${IN}/june/three.jpg`,
          "--out",
          path.join(out, "masked"),
          "--set",
          `mask=${IN}/masks`,
        ],
        { home, env: access() },
      );
      expect([masked.code, masked.stdout]).toEqual([0, expect.stringContaining("1 succeeded")]);
      await put("2024/table.csv", "file,mode\njune/three.jpg,pixelate\n");
      const tabled = await plain([
        `${IN}/june`,
        "--out",
        path.join(out, "tabled"),
        "--inputs",
        `${IN}/table.csv`,
      ]);
      expect([tabled.code, tabled.stdout]).toEqual([0, expect.stringContaining("1 succeeded")]);
      expect(tabled.stderr).not.toContain("no picture");
      const mixed = await plain([IN, PHOTOS, "--out", path.join(out, "down")]);
      expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringContaining("got both; give two commands")]);
    });
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
