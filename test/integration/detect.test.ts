import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DetectAnswer } from "../../src/contracts/detect.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { codeOf } from "./keyed-hosts.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";

const PHOTO = path.join(PACKAGE_ROOT, "examples", "photos", "astronaut.jpg");
const MODEL = "mediapipe_face_full";

describe("trying a detector out", () => {
  let host: ServerHost;
  let server: RunningServer;
  let first: DetectAnswer;
  beforeAll(async () => {
    host = await openServerHost();
    server = await host.start();
    first = DetectAnswer.parse(await (await upload(await readFile(PHOTO), { model: MODEL })).json());
  });
  afterAll(() => host.stop());

  const upload = (bytes: Uint8Array, fields: Record<string, string>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set("image", new Blob([new Uint8Array(bytes)]), "photo.jpg");
    return fetch(new URL("/api/detect", server.url), { method: "POST", body: form });
  };
  const ask = (body: object, signal?: AbortSignal) =>
    fetch(new URL("/api/detect", server.url), {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
      ...(signal === undefined ? {} : { signal }),
    });
  const whiteOf = async ({ maskImage }: DetectAnswer) => {
    const bytes = Buffer.from((maskImage ?? "").replace(/^data:image\/png;base64,/, ""), "base64");
    const { data, info } = await sharp(bytes)
      .toColourspace("b-w")
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([first.width, first.height, 1]);
    return data.reduce((sum, value) => sum + value, 0) / 255;
  };

  it("finds the face in an upload, and gives its mask", async () => {
    expect(first).toMatchObject({ model: MODEL, width: 512, height: 512 });
    expect(first.detections).toHaveLength(1);
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = first.detections[0]?.box ?? [];
    expect(x0 < 224 && 224 < x1 && y0 < 120 && 120 < y1).toBe(true);
    expect(await whiteOf(first)).toBeGreaterThan(((x1 - x0) * (y1 - y0)) / 2);
  });

  it("needs the picture once, and asks no network again for another mask", async () => {
    const wider = DetectAnswer.parse(
      await (await ask({ model: MODEL, image: first.image, maskPadding: 40 })).json(),
    );
    expect(wider.detections).toEqual(first.detections);
    expect(Object.keys(wider.ms)).toEqual(["mask"]);
    expect(await whiteOf(wider)).toBeGreaterThan((await whiteOf(first)) * 1.3);
    const other = DetectAnswer.parse(
      await (await ask({ model: MODEL, image: first.image, confidence: 0.3 })).json(),
    );
    expect(Object.keys(other.ms)).toContain("inference");
  });

  it("leaves no run and no task behind", async () => {
    const { db } = host.services.store;
    expect(await db.selectFrom("tasks").selectAll().execute()).toEqual([]);
    expect(await db.selectFrom("runs").selectAll().execute()).toEqual([]);
  });

  it("finds nothing where there is nothing, without a mask", async () => {
    const answer = DetectAnswer.parse(await (await upload(await plainPicture(), { model: MODEL })).json());
    expect(answer).toMatchObject({ detections: [], maskImage: null });
  });

  it("says what is wrong with what it is asked", async () => {
    const wrong: [object, string][] = [
      [{ model: "no-such-model", image: first.image }, "MODEL_UNKNOWN"],
      [{ model: MODEL, image: randomUUID() }, "NOT_FOUND"],
      [{ model: MODEL, image: "not base64!" }, "INPUT_INVALID"],
      [{ model: MODEL, image: first.image, confidence: 2 }, "INPUT_INVALID"],
      [{ model: MODEL, image: first.image, shape: "segmentation" }, "INPUT_INVALID"],
    ];
    for (const [body, code] of wrong) {
      const response = await ask(body);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect([body, await codeOf(response)]).toEqual([body, code]);
    }
  });

  it("answers the last of many that were asked for and given up", async () => {
    const asked = Array.from({ length: 12 }, (_, at) => {
      const gone = new AbortController();
      const answer = ask({ model: MODEL, image: first.image, confidence: 0.4 + at / 100 }, gone.signal);
      gone.abort();
      return answer.then(
        () => "answered",
        () => "given up",
      );
    });
    expect(new Set(await Promise.all(asked))).toEqual(new Set(["given up"]));
    const last = await ask({ model: MODEL, image: first.image, confidence: 0.6 });
    expect(last.status).toBe(200);
  });
});
