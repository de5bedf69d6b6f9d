import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, it } from "vitest";
import type { BlobStore } from "../../src/artifacts/blob-store.ts";
import { openFileBlobStore } from "../../src/artifacts/file-blob-store.ts";
import { Digest } from "../../src/contracts/ids.ts";
import type { ApiAnswer } from "../../src/server/route.ts";
import { serveBlob } from "../../src/server/serve-blob.ts";
import { makeFolderWith } from "../cli/temporary-folder.ts";

/* Bytes that are made on the way out are served as those at rest are; the store here has none of them. */

const content = Buffer.from("0123456789");
const digest = Digest.parse(createHash("sha256").update(content).digest("hex"));
const served = { digest, bytes: content.length, mediaType: "image/png", name: "picture", content };

let blobs: BlobStore;
beforeAll(async () => {
  blobs = await openFileBlobStore(await makeFolderWith());
});

const bodyOf = async ({ content: open }: ApiAnswer): Promise<string | null> =>
  open === undefined ? null : text(await open());

describe("bytes that are not at rest", () => {
  it("are sent whole, with their length and a tag of their own", async () => {
    const answer = serveBlob(blobs, served, {});
    expect(answer).toMatchObject({ status: 200, headers: { etag: `"${digest}"`, "content-length": "10" } });
    expect(await bodyOf(answer)).toBe("0123456789");
  });

  it("are sent in part", async () => {
    const answer = serveBlob(blobs, served, { range: "bytes=2-4" });
    expect(answer).toMatchObject({ status: 206, headers: { "content-range": "bytes 2-4/10" } });
    expect(await bodyOf(answer)).toBe("234");
  });

  it("are not sent to whoever has them", () => {
    expect(serveBlob(blobs, served, { "if-none-match": `"${digest}"` }).status).toBe(304);
  });
});
