import { createHash, randomUUID } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ArtifactUUID, type OwnerUUID } from "../../src/contracts/ids.ts";
import type { ImageReference } from "../../src/contracts/wire/image-reference.ts";
import { decodeImage } from "../../src/image/codec.ts";
import { openPictures, type Pictures } from "../../src/runs/pictures/pictures.ts";
import { storePicture } from "../../src/runs/pictures/upload.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { largestDifference } from "../image/rasters.ts";
import { asking, makeKey } from "./keyed-hosts.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";

const never = new AbortController().signal;
const base64 = (bytes: Uint8Array): ImageReference => ({
  kind: "base64",
  data: Buffer.from(bytes).toString("base64"),
});
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A soft gradient, so that lossy formats stay close to it. */
function gradient(width = 160, height = 120): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3);
  for (let at = 0; at < data.length; at += 3) {
    const x = (at / 3) % width;
    const y = Math.floor(at / 3 / width);
    data.set([x, 2 * y, 255 - x], at);
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

describe("pictures", () => {
  let host: ServerHost;
  let pictures: Pictures;
  let server: RunningServer;
  let other: OwnerUUID;
  beforeAll(async () => {
    host = await openServerHost();
    pictures = host.services.pictures;
    server = await host.start();
    const { owner } = await makeKey(host, { owner: "somebody else" });
    other = owner;
  });
  afterAll(() => host.stop());

  const read = (reference: ImageReference, owner: OwnerUUID = LOCAL_OWNER) =>
    pictures.read(owner, reference, never);
  const urlOf = (
    uuid: ArtifactUUID,
    outputFormat: "JPG" | "PNG" | "WEBP",
    more: { ttl?: number; owner?: OwnerUUID; outputQuality?: number } = {},
  ) => {
    const { owner = LOCAL_OWNER, ttl, outputQuality = 95 } = more;
    return pictures.urlOf(owner, uuid, { outputFormat, outputQuality, ttl, baseUrl: server.url });
  };
  const setLastUse = (uuid: string, days: number) =>
    host.services.store.db
      .updateTable("artifacts")
      .set({ last_used_at: new Date(Date.now() - days * 86_400_000) })
      .where("uuid", "=", ArtifactUUID.parse(uuid))
      .execute();
  const lastUse = async (uuid: ArtifactUUID) => {
    const query = host.services.store.db.selectFrom("artifacts").select("last_used_at");
    return (await query.where("uuid", "=", uuid).executeTakeFirst())?.last_used_at.getTime();
  };

  describe("come in", () => {
    it("from base64, byte for byte, and are found by their UUID again", async () => {
      const bytes = await plainPicture(90, 70);
      const picture = await read(base64(bytes));
      expect(picture).toMatchObject({ width: 90, height: 70, mediaType: "image/png", digest: sha256(bytes) });
      expect(await read({ kind: "uuid", uuid: picture.uuid })).toEqual(picture);
    });

    it("typed by their content, whatever was declared", async () => {
      const webp = await sharp(await plainPicture(30, 20))
        .webp()
        .toBuffer();
      expect(await read(base64(webp))).toMatchObject({ mediaType: "image/webp", width: 30 });
    });

    it.each([
      ["no picture", () => Buffer.from("this is no picture at all"), "IMAGE_UNREADABLE"],
      ["a GIF", () => Buffer.from("GIF89a................"), "IMAGE_UNSUPPORTED"],
      ["half a picture", async () => (await plainPicture()).subarray(0, 60), "IMAGE_UNREADABLE"],
    ])("not as %s", async (_what, make, code) => {
      await expect(read(base64(await make()))).rejects.toMatchObject({ code });
    });

    it("not by a UUID that is another owner's, which looks like one that never was", async () => {
      const { uuid } = await read(base64(await plainPicture()));
      const failures = await Promise.all(
        [uuid, randomUUID()].map((one) =>
          read({ kind: "uuid", uuid: one }, other).catch((error: Error) => error),
        ),
      );
      expect(failures[0]).toMatchObject({ code: "PICTURE_UNKNOWN" });
      const texts = failures.map((failure) => String(failure).replace(/[0-9a-f-]{36}/, "…"));
      expect(texts[0]).toBe(texts[1]);
    });

    it("from a URL of this server as the picture itself, of the one whose it is only", async () => {
      const { uuid } = await read(base64(await plainPicture()));
      const url = urlOf(uuid, "JPG");
      expect((await read({ kind: "url", url })).uuid).toBe(uuid);
      await expect(read({ kind: "url", url }, other)).rejects.toMatchObject({ code: "TARGET_REFUSED" });
    });

    it("from no other address of this machine", async () => {
      const url = `${server.url}/openapi.json`;
      await expect(read({ kind: "url", url })).rejects.toMatchObject({ code: "TARGET_REFUSED" });
    });

    it("and each use keeps them as long as if they were new", async () => {
      const { uuid } = await read(base64(await plainPicture()));
      await setLastUse(uuid, 29);
      await read({ kind: "uuid", uuid });
      expect(Date.now() - ((await lastUse(uuid)) ?? 0)).toBeLessThan(3_600_000);
    });
  });

  describe("go out", () => {
    it.each([
      ["PNG", "image/png", 0],
      ["JPG", "image/jpeg", 8],
      ["WEBP", "image/webp", 8],
    ] as const)(
      "as %s, in their pixels up to what the format loses",
      async (outputFormat, mediaType, loss) => {
        const png = await gradient();
        const { uuid } = await read(base64(png));
        const encoded = await pictures.encode(LOCAL_OWNER, uuid, { outputFormat, outputQuality: 95 });
        expect(encoded.mediaType).toBe(mediaType);
        const [before, after] = await Promise.all([decodeImage(png), decodeImage(encoded.bytes)]);
        expect(largestDifference(before.image.data, after.image.data)).toBeLessThanOrEqual(loss);
        const response = await fetch(urlOf(uuid, outputFormat));
        expect(response.headers.get("content-type")).toBe(mediaType);
        expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(sha256(encoded.bytes));
      },
    );

    it("smaller at a lower quality, and under an address of its own", async () => {
      const { uuid } = await read(base64(await gradient()));
      const sizes = await Promise.all(
        [30, 95].map(async (outputQuality) => {
          const response = await fetch(urlOf(uuid, "JPG", { outputQuality }));
          return (await response.arrayBuffer()).byteLength;
        }),
      );
      expect(sizes[0]).toBeLessThan(sizes[1] ?? 0);
    });

    it("as they are where they are in that format already", async () => {
      const jpg = await sharp(await gradient())
        .jpeg({ quality: 40 })
        .toBuffer();
      const picture = await read(base64(jpg));
      const { bytes } = await pictures.encode(LOCAL_OWNER, picture.uuid, {
        outputFormat: "JPG",
        outputQuality: 95,
      });
      expect(sha256(bytes)).toBe(sha256(jpg));
      const url = pictures.urlAsStored(LOCAL_OWNER, picture, { baseUrl: server.url });
      expect(url).toMatch(/\.jpg$/);
      expect(sha256(Buffer.from(await (await fetch(url)).arrayBuffer()))).toBe(sha256(jpg));
    });

    it("converted once: the second time they come from the disk", async () => {
      const { uuid, digest } = await read(base64(await gradient(44, 33)));
      const kept = () =>
        host.services.store.db.selectFrom("conversions").selectAll().where("source", "=", digest).execute();
      expect(await kept()).toEqual([]);
      const answers = await Promise.all([1, 2, 3].map(() => fetch(urlOf(uuid, "WEBP"))));
      const [first] = await kept();
      expect(await kept()).toHaveLength(1);
      expect(new Set(answers.map((answer) => answer.headers.get("etag")))).toEqual(
        new Set([`"${first?.digest}"`]),
      );
    });

    it("made anew where a kept conversion was lost from the disk", async () => {
      const { uuid, digest } = await read(base64(await gradient(45, 33)));
      const first = await fetch(urlOf(uuid, "JPG"));
      const [kept] = await host.services.store.db
        .selectFrom("conversions")
        .selectAll()
        .where("source", "=", digest)
        .execute();
      if (kept !== undefined) await host.services.blobs.remove(kept.digest);
      const again = await fetch(urlOf(uuid, "JPG"));
      expect(again.status).toBe(200);
      expect(again.headers.get("etag")).toBe(first.headers.get("etag"));
    });

    it("cacheable for ever, in parts, to HEAD, and for pages of any site", async () => {
      const { uuid } = await read(base64(await gradient()));
      const response = await fetch(urlOf(uuid, "JPG"), { headers: { range: "bytes=0-9" } });
      expect(response.status).toBe(206);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "cache-control": "private, max-age=31536000, immutable",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
        "content-disposition": `inline; filename="${uuid}.jpg"`,
        "content-length": "10",
      });
      const head = await fetch(urlOf(uuid, "JPG"), { method: "HEAD" });
      expect(Number(head.headers.get("content-length"))).toBeGreaterThan(10);
    });

    it("not in a format or from a UUID that is none", async () => {
      const { uuid } = await read(base64(await plainPicture()));
      const ask = async (file: string) => (await fetch(new URL(`/v1/images/${file}`, server.url))).status;
      expect(
        await Promise.all(
          [`${uuid}.gif`, `${uuid}`, "x.jpg", `${randomUUID()}.jpg`, `${uuid}.jpg?quality=0`].map(ask),
        ),
      ).toEqual([400, 400, 400, 404, 400]);
    });
  });

  describe("by link", () => {
    let beyond: RunningServer;
    beforeAll(async () => {
      beyond = await host.start({}, { host: "0.0.0.0" });
    });
    /** As a client beyond this machine reaches it. */
    const linkFor = (uuid: ArtifactUUID, owner: OwnerUUID, ttl?: number) => {
      const link = new URL(
        pictures.urlOf(owner, uuid, {
          outputFormat: "JPG",
          outputQuality: 95,
          ttl,
          baseUrl: "http://masks.example",
        }),
      );
      return new URL(`${link.pathname}${link.search}`, beyond.url);
    };

    it("are signed for whoever is beyond this machine, and answer without a key", async () => {
      const { uuid } = await read(base64(await gradient()), other);
      const link = linkFor(uuid, other);
      expect(link.search).toMatch(/expires=\d+&signature=[\w-]{43}$/);
      const response = await fetch(link);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toMatch(/^private, max-age=2\d{6}, immutable$/);
    });

    it("are the same for a while, so that browsers keep what they have", async () => {
      const { uuid } = await read(base64(await gradient()), other);
      expect(linkFor(uuid, other).href).toBe(linkFor(uuid, other).href);
    });

    it("need a key without the signature, and the owner's", async () => {
      const { uuid } = await read(base64(await gradient()), other);
      const link = linkFor(uuid, other);
      link.search = "";
      expect((await fetch(link)).status).toBe(401);
      const keys = await Promise.all(["somebody else", "a third"].map((owner) => makeKey(host, { owner })));
      const asked = keys.map(({ key }) => asking(beyond.url, key)(link.pathname));
      expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 404]);
    });

    it("are nothing with another picture, format, time or signature", async () => {
      const [mine, theirs] = [
        await read(base64(await gradient()), other),
        await read(base64(await gradient())),
      ];
      const change = (edit: (url: URL) => void) => {
        const link = linkFor(mine.uuid, other);
        edit(link);
        return fetch(link);
      };
      const answers = await Promise.all([
        change((url) => {
          url.pathname = url.pathname.replace(mine.uuid, theirs.uuid);
        }),
        change((url) => {
          url.pathname = url.pathname.replace(".jpg", ".png");
        }),
        change((url) => url.searchParams.set("expires", "9999999999")),
        change((url) => url.searchParams.set("quality", "20")),
        change((url) => url.searchParams.set("signature", "A".repeat(43))),
        change((url) => url.searchParams.set("signature", "")),
        change((url) => url.searchParams.delete("expires")),
        change((url) => url.searchParams.append("signature", "x")),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403, 403, 400]);
    });

    it("end when their time is over, on this machine too", async () => {
      const { uuid } = await read(base64(await gradient()));
      const link = new URL(urlOf(uuid, "JPG", { ttl: 60 }));
      expect((await fetch(link)).status).toBe(200);
      const over = new URL(urlOf(uuid, "JPG", { ttl: -1 }));
      expect((await fetch(over)).status).toBe(403);
    });

    it("end when the picture is deleted", async () => {
      const { uuid } = await read(base64(await gradient(31, 31)), other);
      const link = linkFor(uuid, other);
      expect((await fetch(link)).status).toBe(200);
      await pictures.remove(other, uuid);
      expect((await fetch(link)).status).toBe(404);
    });

    it("answer a plain GET wherever the wire gave them out, with keys or without", async () => {
      const { key } = await makeKey(host);
      const image = (await gradient(32, 24)).toString("base64");
      const upload = async (url: string, headers: Record<string, string>) => {
        const tasks = [{ taskType: "imageUpload", taskUUID: randomUUID(), image }];
        const answer = await fetch(new URL("/v1", url), {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify(tasks),
        });
        const body = (await answer.json()) as { data: { imageURL: string }[] };
        return new URL(body.data[0]?.imageURL ?? "");
      };
      const [open, guarded] = [
        await upload(server.url, {}),
        await upload(beyond.url, { authorization: `Bearer ${key}` }),
      ];
      expect([open.search === "", guarded.search === ""]).toEqual([true, false]);
      const answers = await Promise.all([open, guarded].map((url) => fetch(url)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    });

    it("hold after a restart, and in every process of the installation", async () => {
      const { uuid } = await read(base64(await gradient()), other);
      const link = linkFor(uuid, other);
      const { config, store, blobs, artifacts, outside } = host.services;
      const another = await openPictures({ config, store, blobs, artifacts, outside, provenance: null });
      const again = new URL(
        another.urlOf(other, uuid, {
          outputFormat: "JPG",
          outputQuality: 95,
          baseUrl: "http://masks.example",
        }),
      );
      expect(again.search).toBe(link.search);
    });
  });

  describe("are stored by the wire's tasks", () => {
    const task = { taskUUID: randomUUID() };
    const terms = { baseUrl: "", signal: never };
    const perform = (wire: Parameters<typeof storePicture>[2], owner = LOCAL_OWNER) =>
      storePicture(pictures, owner, wire, { ...terms, baseUrl: server.url });

    it("imageUpload: with a UUID and a URL, in full size", async () => {
      const bytes = await plainPicture(2500, 300);
      const item = await perform({ ...task, taskType: "imageUpload", image: base64(bytes) });
      expect(item).toEqual({
        ...task,
        taskType: "imageUpload",
        imageUUID: expect.stringMatching(/^[0-9a-f-]{36}$/),
        imageURL: `${server.url}/v1/images/${item["imageUUID"]}.png`,
      });
      const response = await fetch(String(item["imageURL"]));
      expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(sha256(bytes));
    });

    it("mediaStorage: uploads, and deletes for good what nobody else has", async () => {
      const bytes = await plainPicture(77, 55);
      const upload = {
        ...task,
        taskType: "mediaStorage" as const,
        operation: "upload" as const,
        media: base64(bytes),
      };
      const [first, second] = [await perform(upload), await perform(upload)];
      expect(first["mediaUUID"]).not.toBe(second["mediaUUID"]);
      const remove = (uuid: unknown, owner?: OwnerUUID) =>
        perform({ ...upload, operation: "delete", media: { kind: "uuid", uuid: String(uuid) } }, owner);
      await expect(remove(first["mediaUUID"], other)).rejects.toMatchObject({ code: "PICTURE_UNKNOWN" });
      expect(await remove(first["mediaUUID"])).toEqual({
        ...task,
        taskType: "mediaStorage",
        operation: "delete",
        mediaUUID: first["mediaUUID"],
      });
      await expect(remove(first["mediaUUID"])).rejects.toMatchObject({ code: "PICTURE_UNKNOWN" });
      expect((await fetch(String(first["mediaURL"]))).status).toBe(404);
      expect((await fetch(String(second["mediaURL"]))).status).toBe(200);
    });

    it("smaller where the configuration says so, upright and in their own format", async () => {
      const small = await openServerHost({ MASKLOOM_UPLOAD_SIDE: "100" });
      try {
        const turned = await sharp(await gradient(400, 200))
          .jpeg()
          .withMetadata({ orientation: 6 })
          .toBuffer();
        const picture = await small.services.pictures.upload(LOCAL_OWNER, base64(turned), never);
        expect(picture).toMatchObject({ width: 50, height: 100, mediaType: "image/jpeg" });
        const untouched = await plainPicture(100, 20);
        const { digest } = await small.services.pictures.upload(LOCAL_OWNER, base64(untouched), never);
        expect(digest).toBe(sha256(untouched));
        const { width } = await small.services.pictures.read(LOCAL_OWNER, base64(turned), never);
        expect(width).toBe(200);
      } finally {
        await small.stop();
      }
    });
  });
});
