import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import type { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { createDice } from "../integration/chaos-dice.ts";
import { PHOTOS } from "../integration/cli-installation.ts";
import { badPictures } from "./bad-pictures.ts";
import { PAID_WORKFLOW } from "./paid-peer.ts";
import { sendPicture } from "./send-bad-input.ts";

const BATCH = 12;
const SIDE = 96;

type Work = (at: number) => Promise<unknown>;

/** All kinds of work at once, each begun again as soon as it is done. @returns how often each was done */
export async function soakLoad(
  client: MaskloomClient,
  url: string,
  untilMs: number,
): Promise<Record<string, number>> {
  const photo = sharp(await readFile(path.join(PHOTOS, "astronaut.jpg")))
    .extract({ left: 134, top: 28, width: 180, height: 180 })
    .resize(SIDE, SIDE)
    .removeAlpha();
  const face = await photo.raw().toBuffer();
  /* Each of its own, so that nothing comes from the cache. */
  const picture = async (number: number): Promise<Buffer> => {
    const samples = Buffer.from(face);
    samples.writeUInt32LE(number);
    return sharp(samples, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toBuffer();
  };
  const nextBad = await badPictures(createDice(1));
  const kinds: Readonly<Record<string, Work>> = {
    "batches of paid pictures": async (at) => {
      const numbers = Array.from({ length: BATCH }, (_, index) => 1_000_000 + at * BATCH + index);
      const images = await Promise.all(numbers.map(picture));
      const { batchUUID } = await client.batches.create({ workflow: PAID_WORKFLOW, images });
      for (;;) if ((await client.batches.get(batchUUID)).status === "ended") return;
    },
    "runs of one picture": async (at) => {
      const image = await picture(2_000_000 + at);
      const { runUUID } = await client.runs.create({ workflow: "anonymize-faces", image });
      await client.runs.wait(runUUID);
    },
    detections: async (at) => {
      const image = await picture(3_000_000 + at);
      await client.detect({ model: "mediapipe_face_short", image });
    },
    "pages of lists": async () => {
      const { runs } = await client.runs.list({ limit: 50 });
      await Promise.all([client.overview(), client.workers.list(), client.batches.list({ limit: 20 })]);
      if (runs[0] !== undefined) await client.runs.get(runs[0].runUUID);
    },
    "followers that come and go": async () => {
      const leave = new AbortController();
      const events = client.events({ signal: leave.signal });
      for await (const _event of events) break;
      leave.abort();
    },
    "damaged pictures": async () => sendPicture(url, nextBad(), AbortSignal.timeout(60_000)),
  };
  const done: Record<string, number> = {};
  const goOn = async ([kind, work]: readonly [string, Work]): Promise<void> => {
    for (let at = 0; Date.now() < untilMs; at += 1) {
      await work(at);
      done[kind] = at + 1;
    }
  };
  await Promise.all(Object.entries(kinds).map(goOn));
  return done;
}
