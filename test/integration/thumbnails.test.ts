import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningServer } from "../../src/server/start-server.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";

describe("thumbnails", () => {
  let host: ServerHost;
  let server: RunningServer;
  beforeAll(async () => {
    host = await openServerHost();
    server = await host.start();
  });
  afterAll(() => host.stop());

  const keep = async (bytes: Buffer, kind: "image" | "mask") => {
    const { width, height } = await sharp(bytes).metadata();
    const row = { owner: LOCAL_OWNER, kind, mediaType: "image/png", width, height };
    return (await host.services.artifacts.save(bytes, row)).uuid;
  };
  const ask = (uuid: string, query = "", headers: Record<string, string> = {}) =>
    fetch(new URL(`/api/artifacts/${uuid}/thumbnail${query}`, server.url), { headers });
  const sizeOf = async (response: Response) => {
    const { format, width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    return [format, width, height];
  };

  it("are small WEBP of the same shape, of pictures and of masks", async () => {
    const picture = await keep(await plainPicture(900, 600), "image");
    const mask = await keep(
      await sharp(await plainPicture(300, 700))
        .toColourspace("b-w")
        .png()
        .toBuffer(),
      "mask",
    );
    expect(await sizeOf(await ask(picture))).toEqual(["webp", 256, 171]);
    expect(await sizeOf(await ask(picture, "?size=96"))).toEqual(["webp", 96, 64]);
    expect(await sizeOf(await ask(mask, "?size=512"))).toEqual(["webp", 219, 512]);
    expect(await sizeOf(await ask(await keep(await plainPicture(40, 30), "image")))).toEqual([
      "webp",
      40,
      30,
    ]);
  });

  it("are made once, whoever asks at the same time, and need not be asked for again", async () => {
    const uuid = await keep(await plainPicture(801, 600), "image");
    const answers = await Promise.all([ask(uuid), ask(uuid), ask(uuid)]);
    const tags = new Set(answers.map((answer) => answer.headers.get("etag")));
    expect(tags.size).toBe(1);
    expect(answers[0]?.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    const { digest } = await host.services.artifacts.find(LOCAL_OWNER, uuid);
    const kept = () =>
      host.services.store.db.selectFrom("conversions").selectAll().where("source", "=", digest).execute();
    const before = await kept();
    expect(before).toHaveLength(1);
    expect((await ask(uuid, "", { "if-none-match": [...tags][0] ?? "" })).status).toBe(304);
    expect(await kept()).toEqual(before);
  });

  it("are of three sizes, and of pictures only", async () => {
    const uuid = await keep(await plainPicture(), "image");
    expect((await ask(uuid, "?size=300")).status).toBe(400);
    const text = {
      owner: LOCAL_OWNER,
      kind: "image",
      mediaType: "image/png",
      width: null,
      height: null,
    } as const;
    const broken = await host.services.artifacts.save(Buffer.from("no picture at all"), text);
    expect((await ask(broken.uuid)).status).toBe(422);
    expect((await ask("00000000-0000-4000-8000-000000000000")).status).toBe(404);
  });
});
