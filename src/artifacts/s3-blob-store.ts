import { createHash, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadBucketCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { Digest } from "../contracts/ids.ts";
import { MaskloomError } from "../errors.ts";
import { type BlobPlace, describePlace } from "./blob-place.ts";
import type { BlobSource, BlobStore, StoredBlob } from "./blob-store.ts";
import { digestOfBytes } from "./digest-of-bytes.ts";
import { createS3Client, isMissing } from "./s3-client.ts";
import { withBucketAdvice } from "./s3-failure.ts";

type S3Place = Extract<BlobPlace, { kind: "s3" }>;

/** What is larger is sent in parts of this size, before its digest is known. The least that S3 takes for a part is 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024;

/**
 * Blobs as objects `<prefix>/ab/ab12…`. Each is sent with its SHA-256, which the server compares; what is streamed goes to
 * `<prefix>/incoming/` first and is copied to its name when that is known. A rule of the bucket may expire what lies
 * there for a day: it was left by a process that was killed. Credentials come from where the AWS SDK looks for them.
 * @throws OUTPUT_UNWRITABLE where the bucket is not there or not to be reached
 */
export async function openS3BlobStore(place: S3Place): Promise<BlobStore> {
  const { bucket } = place;
  const client = createS3Client(place);
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    client.destroy();
    throw new MaskloomError(
      "OUTPUT_UNWRITABLE",
      `ARTIFACTS_URL ${describePlace(place)}: the bucket cannot be used ${withBucketAdvice(error)}`,
      { cause: error },
    );
  }
  return new S3BlobStore(client, place);
}

class S3BlobStore implements BlobStore {
  readonly #client: S3Client;
  readonly #place: S3Place;

  constructor(client: S3Client, place: S3Place) {
    this.#client = client;
    this.#place = place;
  }

  async put(source: BlobSource): Promise<StoredBlob> {
    if (source instanceof Uint8Array) return this.#putWhole(source);
    const { head, rest } = await readHead(source);
    return rest === null ? this.#putWhole(head) : this.#putParts(head, rest);
  }

  async get(digest: Digest, { verify = true }: { readonly verify?: boolean } = {}): Promise<Buffer> {
    const { Body } = await this.#read(digest);
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    if (verify && digestOfBytes(bytes) !== digest) throw this.#corrupt(digest);
    return bytes;
  }

  async stream(digest: Digest): Promise<NodeJS.ReadableStream> {
    const { Body } = await this.#read(digest);
    return Readable.from(this.#verified(digest, Body as AsyncIterable<Buffer>), { objectMode: false });
  }

  async size(digest: Digest): Promise<number | null> {
    return (await this.#head(digest))?.ContentLength ?? null;
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.#head(digest)) !== null;
  }

  /** When it was put is the server's own time, so its clock and this machine's must agree to a minute or so. */
  async remove(
    digest: Digest,
    { unlessPutWithinMs = 0 }: { readonly unlessPutWithinMs?: number } = {},
  ): Promise<boolean> {
    const head = await this.#head(digest);
    if (head === null) return false;
    const putAt = head.LastModified?.getTime() ?? 0;
    if (unlessPutWithinMs > 0 && putAt > Date.now() - unlessPutWithinMs) return false;
    await this.#delete(this.#keyOf(digest));
    return true;
  }

  async claim(installation: string): Promise<boolean> {
    const folder = this.#key("installations/");
    const known: string[] = [];
    for await (const key of this.#keys(folder)) known.push(key.slice(folder.length));
    if (!known.includes(installation)) {
      const Key = `${folder}${installation}`;
      await this.#client.send(
        new PutObjectCommand({ Bucket: this.#place.bucket, Key, Body: new Uint8Array() }),
      );
    }
    return known.every((name) => name === installation);
  }

  async *list(): AsyncGenerator<Digest> {
    const start = this.#key("");
    for await (const key of this.#keys(start)) {
      const [folder = "", name = ""] = key.slice(start.length).split("/");
      const digest = Digest.safeParse(name);
      if (digest.success && name.startsWith(folder)) yield digest.data;
    }
  }

  /** Put again it is written again: from now on it was put just now, and what was wrong with it is mended. */
  async #putWhole(bytes: Uint8Array): Promise<StoredBlob> {
    const digest = digestOfBytes(bytes);
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#place.bucket,
        Key: this.#keyOf(digest),
        Body: bytes,
        ChecksumSHA256: Buffer.from(digest, "hex").toString("base64"),
      }),
    );
    return { digest, bytes: bytes.byteLength };
  }

  async #putParts(head: Uint8Array, rest: AsyncIterable<Uint8Array>): Promise<StoredBlob> {
    const hash = createHash("sha256");
    let bytes = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      yield* observed([head]);
      yield* observed(rest);
    }
    async function* observed(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        yield chunk;
      }
    }
    const { bucket: Bucket } = this.#place;
    const incoming = this.#key(`incoming/${randomUUID()}`);
    /* Where the source breaks off the parts that were sent are given up. */
    const params = { Bucket, Key: incoming, Body: Readable.from(counted(), { objectMode: false }) };
    await new Upload({ client: this.#client, params, partSize: PART_BYTES, queueSize: 2 }).done();
    const digest = Digest.parse(hash.digest("hex"));
    const CopySource = `${Bucket}/${incoming}`.split("/").map(encodeURIComponent).join("/"); // the SDK leaves that to us
    await this.#client.send(new CopyObjectCommand({ Bucket, Key: this.#keyOf(digest), CopySource }));
    await this.#delete(incoming);
    return { digest, bytes };
  }

  async *#verified(digest: Digest, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const hash = createHash("sha256");
    for await (const chunk of body) {
      hash.update(chunk);
      yield chunk;
    }
    if (hash.digest("hex") !== digest) throw this.#corrupt(digest);
  }

  async #read(digest: Digest): Promise<GetObjectCommandOutput> {
    try {
      const key = this.#keyOf(digest);
      return await this.#client.send(new GetObjectCommand({ Bucket: this.#place.bucket, Key: key }));
    } catch (error) {
      if (!isMissing(error)) throw error;
      const message = `artifact ${digest}: expected ${this.#nameOf(digest)}, there is no such object`;
      throw new MaskloomError("NOT_FOUND", message, { cause: error });
    }
  }

  async #head(digest: Digest): Promise<HeadObjectCommandOutput | null> {
    try {
      const key = this.#keyOf(digest);
      return await this.#client.send(new HeadObjectCommand({ Bucket: this.#place.bucket, Key: key }));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async #delete(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#place.bucket, Key: key }));
  }

  async *#keys(start: string): AsyncGenerator<string> {
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.#place.bucket, Prefix: start },
    );
    for await (const { Contents = [] } of pages)
      for (const { Key } of Contents) if (Key !== undefined) yield Key;
  }

  #keyOf(digest: Digest): string {
    return this.#key(`${digest.slice(0, 2)}/${digest}`);
  }

  #key(name: string): string {
    return this.#place.prefix === "" ? name : `${this.#place.prefix}/${name}`;
  }

  #nameOf(digest: Digest): string {
    return `s3://${this.#place.bucket}/${this.#keyOf(digest)}`;
  }

  #corrupt(digest: Digest): MaskloomError {
    return new MaskloomError(
      "ARTIFACT_CORRUPT",
      `artifact ${digest}: the bytes of ${this.#nameOf(digest)} do not match their digest; remove the object and run again`,
    );
  }
}

/** As much as fits into one part; `rest` is null where that was all. */
async function readHead(source: AsyncIterable<Uint8Array>) {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const iterator = source[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await iterator.next();
    if (done === true) return { head: Buffer.concat(chunks), rest: null };
    chunks.push(value);
    bytes += value.byteLength;
    if (bytes > PART_BYTES) {
      return { head: Buffer.concat(chunks), rest: { [Symbol.asyncIterator]: () => iterator } };
    }
  }
}
