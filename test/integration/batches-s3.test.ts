import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { hasS3Server, S3_CREDENTIALS, type S3Server, startS3Server } from "../conformance/s3-server.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";

const PATIENCE = { timeout: 60_000, interval: 50 };
const WORKFLOW = "anonymize-faces";
const ROOT = "s3://scans/2024";

describe.skipIf(mayBeMissing && !hasS3Server())("batches of pictures in S3 (moto)", () => {
  let s3: S3Server;
  let host: ServerHost;
  let client: MaskloomClient;
  beforeAll(async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", S3_CREDENTIALS.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", S3_CREDENTIALS.secretAccessKey);
    s3 = await startS3Server();
    const { endpoint } = s3;
    const objects = new S3Client({
      region: "us-east-1",
      endpoint,
      forcePathStyle: true,
      credentials: S3_CREDENTIALS,
    });
    await objects.send(new CreateBucketCommand({ Bucket: "scans" }));
    const picture = await plainPicture();
    const put = (Key: string, Body: Buffer | string) =>
      objects.send(new PutObjectCommand({ Bucket: "scans", Key, Body }));
    for (const key of ["2024/a.png", "2024/may/b & c #1.png", "2024/may/.hidden.png", "2023/old.png"])
      await put(key, picture);
    for (const name of ["a.png", "may/b & c #1.webp"]) await put(`2024/masks/${name}`, picture);
    await put("2024/may/broken.png", "no picture");
    await put("2024/notes.txt", "words");
    objects.destroy();
    host = await openServerHost({ MASKLOOM_FOLDERS: `${ROOT}/`, MASKLOOM_S3_ENDPOINT: endpoint });
    client = new MaskloomClient({ baseUrl: (await host.start()).url });
  }, 60_000);
  afterAll(async () => {
    await host?.stop();
    await s3?.stop();
    vi.unstubAllEnvs();
  });

  const untilFed = async (batchUUID: string) =>
    vi.waitFor(async () => {
      const batch = await client.batches.get(batchUUID);
      expect(batch).toMatchObject({ complete: true, feed: { ended: true } });
      return batch;
    }, PATIENCE);
  const filesOf = async (batchUUID: string) => {
    const { runs } = await client.runs.list({ batch: batchUUID, limit: 200 });
    return runs.map(({ file }) => file).sort();
  };

  it("are chosen among the folders that may be read, and nowhere else", async () => {
    const roots = await client.folders.list();
    expect(roots).toMatchObject({ folder: null, folders: [{ path: ROOT, pictures: 1, folders: 2 }] });
    const inside = await client.folders.list({ path: `${ROOT}/may/` });
    expect(inside).toEqual({
      folder: { path: `${ROOT}/may`, name: "may", pictures: 2, folders: 0 },
      above: [
        { path: ROOT, name: ROOT },
        { path: `${ROOT}/may`, name: "may" },
      ],
      folders: [],
    });
    for (const path of ["s3://scans/2023", "s3://scans", `${ROOT}x`, "s3://other/2024", "/etc"])
      await expect(client.folders.list({ path })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(client.folders.list({ path: `${ROOT}/../2023` })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    await expect(client.batches.create({ workflow: WORKFLOW, folder: `${ROOT}/june` })).rejects.toMatchObject(
      { code: "INPUT_MISSING" },
    );
  });

  it("have a run for each under its name, and one bad object is one line of the ledger", async () => {
    const { batchUUID } = await client.batches.create({ workflow: WORKFLOW, folder: `${ROOT}/may` });
    const batch = await untilFed(batchUUID);
    expect(await filesOf(batchUUID)).toEqual(["b & c #1.png", "broken.png"]);
    expect(batch).toMatchObject({
      feed: { folder: `${ROOT}/may`, waiting: 0, error: null },
      failures: [{ code: "IMAGE_UNREADABLE", runs: 1 }],
    });
  });

  it("are counted before, with what is no picture, and may have a table and masks in S3, too", async () => {
    const estimate = await client.batches.estimate({ workflow: WORKFLOW, folder: ROOT });
    expect(estimate).toMatchObject({ pictures: 5, ignored: 1 });
    const { batchUUID } = await client.batches.create({
      workflow: "remove-object",
      folder: ROOT,
      recursive: false,
      masks: { mask: `${ROOT}/masks` },
    });
    await untilFed(batchUUID);
    const { runs } = await client.runs.list({ batch: batchUUID });
    expect(runs.map(({ file, error }) => [file, error])).toEqual([["a.png", null]]);
  });
});
