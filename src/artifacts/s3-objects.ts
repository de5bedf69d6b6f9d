import { createHash } from "node:crypto";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Digest } from "../contracts/ids.ts";
import { MaskloomError } from "../errors.ts";
import type { FoundObject, ObjectEntry, ObjectStore } from "./object-store.ts";
import { readS3Address } from "./s3-address.ts";
import { createS3Client, isMissing, reasonOf, type S3Settings } from "./s3-client.ts";

/** Beside the object: servers of S3 differ in which checksums they remember, but all keep this. */
const DIGEST = "sha256";

export const createS3Objects = (settings: S3Settings): ObjectStore => new S3Objects(createS3Client(settings));

class S3Objects implements ObjectStore {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  async *entries(folder: string): AsyncGenerator<ObjectEntry> {
    const { bucket: Bucket, key } = readS3Address(folder);
    const start = key === "" ? "" : `${key}/`;
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket, Prefix: start, Delimiter: "/" });
    try {
      for await (const { Contents = [], CommonPrefixes = [] } of pages) {
        for (const { Key = "" } of Contents) yield* named(Key.slice(start.length), "file");
        for (const { Prefix = "" } of CommonPrefixes) yield* named(Prefix.slice(start.length, -1), "folder");
      }
    } catch (error) {
      throw unreadable(folder, error);
    }
  }

  async kindOf(address: string): Promise<"file" | "folder" | null> {
    const { bucket: Bucket, key } = readS3Address(address);
    if (key !== "" && (await this.find(address)) !== null) return "file";
    const Prefix = key === "" ? "" : `${key.replace(/\/+$/, "")}/`;
    try {
      const { KeyCount = 0 } = await this.#client.send(
        new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 }),
      );
      return KeyCount > 0 || key === "" ? "folder" : null;
    } catch (error) {
      throw unreadable(address, error);
    }
  }

  async find(address: string): Promise<FoundObject | null> {
    const { bucket: Bucket, key: Key } = readS3Address(address);
    try {
      const head = await this.#client.send(new HeadObjectCommand({ Bucket, Key }));
      return {
        bytes: head.ContentLength ?? 0,
        digest: Digest.safeParse(head.Metadata?.[DIGEST]).data ?? null,
      };
    } catch (error) {
      if (isMissing(error)) return null;
      throw unreadable(address, error);
    }
  }

  async read(address: string, mostBytes = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const { bucket: Bucket, key: Key } = readS3Address(address);
    try {
      const { Body, ContentLength = 0 } = await this.#client.send(new GetObjectCommand({ Bucket, Key }));
      if (ContentLength <= mostBytes) return Buffer.from((await Body?.transformToByteArray()) ?? []);
      /* What is not read must be given up, or its connection is never free again. */
      await Body?.transformToWebStream().cancel();
    } catch (error) {
      throw unreadable(address, error);
    }
    const mebibytes = (mostBytes / 2 ** 20).toFixed(1);
    throw new MaskloomError("IMAGE_TOO_LARGE", `${address}: expected at most ${mebibytes} MiB, got more`);
  }

  async write(address: string, bytes: Uint8Array, mediaType?: string): Promise<void> {
    const { bucket: Bucket, key: Key } = readS3Address(address);
    const digest = createHash("sha256").update(bytes).digest();
    try {
      await this.#client.send(
        new PutObjectCommand({
          Bucket,
          Key,
          Body: bytes,
          ChecksumSHA256: digest.toString("base64"),
          Metadata: { [DIGEST]: digest.toString("hex") },
          ...(mediaType === undefined ? {} : { ContentType: mediaType }),
        }),
      );
    } catch (error) {
      throw new MaskloomError("OUTPUT_UNWRITABLE", `${address}: cannot be written: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }
}

function* named(name: string, kind: ObjectEntry["kind"]): Generator<ObjectEntry> {
  if (name !== "" && name !== "." && name !== "..") yield { name, kind };
}

function unreadable(address: string, error: unknown): MaskloomError {
  const what = isMissing(error)
    ? "expected what is in S3; there is none"
    : `it cannot be read (${reasonOf(error)}); AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile, say who asks, ` +
      "MASKLOOM_S3_REGION and, beyond Amazon, MASKLOOM_S3_ENDPOINT whom";
  return new MaskloomError("INPUT_MISSING", `${address}: ${what}`, { cause: error });
}
