import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BlobStore } from "../../src/artifacts/blob-store.ts";
import { Digest } from "../../src/contracts/ids.ts";

/** A store that really keeps its bytes, and how to spoil them from outside. */
export interface BlobHost {
  readonly store: BlobStore;
  /** Changes one bit of the stored blob. */
  corrupt(digest: Digest): Promise<void>;
  /** Cuts the stored blob short. */
  truncate(digest: Digest): Promise<void>;
  /** Makes it look as if the blob had been put so long ago. */
  age(digest: Digest, milliseconds: number): Promise<void>;
  /** How many blobs, whole or half-written, there are. */
  count(): Promise<number>;
  stop(): Promise<void>;
}

/** What every BlobStore promises. */
export function describeBlobStore(name: string, start: () => Promise<BlobHost>): void {
  describe(`blob store on ${name}`, () => {
    let host: BlobHost;
    let store: BlobStore;

    beforeAll(async () => {
      host = await start();
      store = host.store;
    });
    afterAll(() => host?.stop());

    it("gives back any bytes under their SHA-256, put whole or as a stream", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 5_000 }),
          fc.integer({ min: 1, max: 700 }),
          async (bytes, size) => {
            const expected = { digest: sha256(bytes), bytes: bytes.byteLength };
            expect(await store.put(chunksOf(bytes, size))).toEqual(expected);
            expect(await store.put(bytes)).toEqual(expected);
            expect(Uint8Array.from(await store.get(expected.digest))).toEqual(bytes);
            expect(Uint8Array.from(await buffer(await store.stream(expected.digest)))).toEqual(bytes);
            expect(await store.size(expected.digest)).toBe(bytes.byteLength);
          },
        ),
        { numRuns: 25 },
      );
    });

    it("keeps a blob of several megabytes", async () => {
      const bytes = randomish(5 * 1024 * 1024 + 1);
      const { digest } = await store.put(chunksOf(bytes, 64 * 1024));
      expect(sha256(await store.get(digest))).toBe(digest);
    });

    it("stores the same bytes once, however many put them at the same time", async () => {
      const before = await host.count();
      const bytes = randomish(70_000);
      const put = await Promise.all(
        Array.from({ length: 12 }, (_, turn) => store.put(turn % 2 === 0 ? bytes : chunksOf(bytes, 999))),
      );
      expect(new Set(put.map(({ digest }) => digest))).toEqual(new Set([sha256(bytes)]));
      expect(await host.count()).toBe(before + 1);
    });

    it("knows what it has, and removes it", async () => {
      const { digest } = await store.put(randomish(100));
      expect(await store.has(digest)).toBe(true);
      expect(await store.remove(digest)).toBe(true);
      expect(await store.has(digest)).toBe(false);
      expect(await store.size(digest)).toBeNull();
      expect(await store.remove(digest)).toBe(false);
    });

    it("lists what it has", async () => {
      const kept = await store.put(randomish(120));
      const removed = await store.put(randomish(130));
      await store.remove(removed.digest);
      const listed: Digest[] = [];
      for await (const digest of store.list()) listed.push(digest);
      expect(listed).toContain(kept.digest);
      expect(listed).not.toContain(removed.digest);
      expect(new Set(listed).size).toBe(listed.length);
    });

    it("knows whether one installation alone keeps its bytes here", async () => {
      expect([await store.claim("first"), await store.claim("first")]).toEqual([true, true]);
      expect(await store.claim("second")).toBe(false);
      expect(await store.claim("first")).toBe(false);
    });

    it("leaves alone what was put lately, also if it had been there for long", async () => {
      const bytes = randomish(140);
      const { digest } = await store.put(bytes);
      await host.age(digest, 60_000);
      await store.put(bytes);
      expect(await store.remove(digest, { unlessPutWithinMs: 30_000 })).toBe(false);
      expect(await store.has(digest)).toBe(true);
      await host.age(digest, 60_000);
      expect(await store.remove(digest, { unlessPutWithinMs: 30_000 })).toBe(true);
      expect(await store.has(digest)).toBe(false);
    });

    it("says which blob is not there", async () => {
      const digest = sha256(randomish(31));
      const missing = { code: "NOT_FOUND", message: expect.stringContaining(digest) };
      await expect(store.get(digest)).rejects.toMatchObject(missing);
      await expect(store.stream(digest)).rejects.toMatchObject(missing);
    });

    it("leaves nothing behind of a stream that breaks off", async () => {
      const before = await host.count();
      await expect(store.put(brokenStream())).rejects.toThrow("the line went dead");
      expect(await host.count()).toBe(before);
    });

    it("refuses bytes that no longer match their name, whole and streamed, unless not asked to look", async () => {
      const { digest } = await store.put(randomish(90_000));
      await host.corrupt(digest);
      const corrupt = { code: "ARTIFACT_CORRUPT", message: expect.stringContaining(digest) };
      await expect(store.get(digest)).rejects.toMatchObject(corrupt);
      await expect(store.stream(digest).then(buffer)).rejects.toMatchObject(corrupt);
      expect(await store.get(digest, { verify: false })).toHaveLength(90_000);
    });

    it("writes a blob anew whose stored size is wrong", async () => {
      const bytes = randomish(3_000);
      const { digest } = await store.put(bytes);
      await host.truncate(digest);
      await store.put(bytes);
      expect(sha256(await store.get(digest))).toBe(digest);
    });
  });
}

function sha256(bytes: Uint8Array): Digest {
  return Digest.parse(createHash("sha256").update(bytes).digest("hex"));
}

let seed = 1;
/** Different each time, the same in each run. */
function randomish(length: number): Uint8Array {
  seed += 1;
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += size) yield bytes.subarray(start, start + size);
}

async function* brokenStream(): AsyncGenerator<Uint8Array> {
  yield randomish(500);
  throw new Error("the line went dead");
}
