import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { QueueList } from "../../src/contracts/actions.ts";
import { DecisionList, ReviewList, type ReviewView } from "../../src/contracts/review.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type Installation, installCli, PHOTOS, until } from "./cli-installation.ts";

/* Server and worker are killed -9 while a person thinks; the person decides over HTTP or by the command line. */

const PATIENCE = { timeout: 60_000, interval: 50 };
const WORKFLOW = {
  maskloom: 1,
  name: "hide-and-look",
  inputs: { image: { type: "image" } },
  steps: [
    { id: "faces", task: "imageMasking", model: "mediapipe_face_full", inputImage: "${inputs.image}" },
    {
      id: "hide",
      task: "imageInference",
      model: "local:fill",
      seedImage: "${inputs.image}",
      maskImage: "${steps.faces.maskImage}",
    },
    { id: "look", task: "review", show: "${steps.hide.image}" },
  ],
  output: "${steps.look.image}",
};

let installation: Installation;
let home: string;
beforeAll(async () => {
  installation = await installCli();
  home = await makeTemporaryHome();
});
afterAll(async () => {
  await removeTemporaryHome(home);
  await installation.remove();
});

const maskloom = (...args: string[]) => installation.run(args, { home });
const answerOf = async (...args: string[]): Promise<unknown> => {
  const { code, stdout, stderr } = await maskloom(...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
};
const openReviews = async () => ReviewList.parse(await answerOf("reviews", "list")).reviews;
const decisions = async () => DecisionList.parse(await answerOf("reviews", "decisions")).decisions;

/** What a person draws: a corner, as large as the picture. */
async function drawMask(file: string): Promise<Buffer> {
  const white = { create: { width: 90, height: 90, channels: 3, background: "#fff" } } as const;
  const corner = { input: await sharp(white).png().toBuffer(), left: 0, top: 0 };
  const black = { create: { width: 512, height: 512, channels: 3, background: "#000" } } as const;
  await sharp(black).composite([corner]).png().toFile(file);
  return readFile(file);
}

/** A server with its worker, in a group of their own. */
async function startUp() {
  const up = installation.start(["up", "--port", "0"], { home, group: true });
  await until(() => up.stdout().includes("\n"));
  const client = new MaskloomClient({ baseUrl: /http\S+/.exec(up.stdout())?.[0] ?? "" });
  const kill = async () => {
    up.killGroup("SIGKILL");
    await up.ended;
  };
  return { up, client, kill };
}

describe("a review that server and worker do not live to see the end of", () => {
  const only = async (): Promise<ReviewView> => {
    const [review, ...others] = await openReviews();
    if (review === undefined || others.length > 0)
      throw new Error(`expected one review, got ${others.length}`);
    return review;
  };

  it("is shown as it was after a kill, and its decisions are applied once, however often they are sent", async () => {
    const first = await startUp();
    const bytes = await readFile(path.join(PHOTOS, "astronaut.jpg"));
    const { runUUID } = await first.client.runs.create({ workflow: WORKFLOW, image: bytes });
    await vi.waitFor(only, PATIENCE);
    const shown = await only();
    expect(shown).toMatchObject({ runUUID, review: "look", round: 1 });
    await first.kill();
    expect(await only()).toEqual(shown);

    const second = await startUp();
    expect((await second.client.reviews.list()).reviews).toEqual([shown]);
    const { taskUUID } = shown;
    const mask = await drawMask(path.join(home, "mask.png"));
    const edited = { decision: "editMask", maskImage: mask.toString("base64"), round: 1 } as const;
    const sent = second.client.tasks.decide(taskUUID, edited).catch(() => null);
    await second.kill();
    await sent;
    const again = ["reviews", "decide", "editMask", taskUUID, "--mask", "mask.png", "--round", "1"];
    expect(await maskloom(...again)).toMatchObject({ code: 0, stdout: `${taskUUID}: editMask\n` });
    expect((await maskloom(...again)).code).toBe(0);
    expect(await decisions()).toMatchObject([{ taskUUID, round: 1, decision: "editMask" }]);

    const third = await startUp();
    const anew = await vi.waitFor(async () => {
      const review = await only();
      expect(review.round).toBe(2);
      return review;
    }, PATIENCE);
    const late = await maskloom("reviews", "decide", "accept", taskUUID, "--round", "1");
    expect(late).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/CONFLICT.*it was decided: editMask/),
    });
    const accept = ["reviews", "decide", "accept", anew.taskUUID, "--round", "2"];
    const killed = installation.start(accept, { home, group: true });
    const other = maskloom(...accept);
    await third.kill();
    killed.killGroup("SIGKILL");
    await Promise.all([killed.ended, other]);
    expect((await maskloom(...accept)).code).toBe(0);
    expect(await openReviews()).toEqual([]);
    expect((await decisions()).map(({ round, decision }) => `${round} ${decision}`)).toEqual([
      "2 accept",
      "1 editMask",
    ]);
    const { stdout } = await maskloom("runs", "show", runUUID, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ status: "succeeded", output: anew.show[0] });
  });

  it("is not decided by a word that is none, or by what does not go with it", async () => {
    const uuid = "11111111-1111-4111-8111-111111111111";
    const wrong: [string[], RegExp][] = [
      [["acept", uuid], /Did you mean accept\?/],
      [["accept", "that-one"], /INPUT_INVALID: review: expected a UUID/],
      [
        ["accept", uuid, "--seed", "3"],
        /INPUT_INVALID: decision: expected seed with the decision reroll only/,
      ],
      [["reroll", uuid, "--regions", "1,x"], /Expected whole numbers from 1/],
      [["reroll", uuid, "--regions", "2"], /expected round where regions are named/],
      [["editMask", uuid, "--mask", "no-such.png"], /INPUT_MISSING: --mask no-such\.png: .*there is none/],
    ];
    for (const [args, message] of wrong) {
      const { code, stderr } = await maskloom("reviews", "decide", ...args);
      expect(stderr).toMatch(message);
      expect(code).not.toBe(0);
    }
    const nobody = await maskloom("reviews", "decide", "accept", uuid);
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringMatching(/NOT_FOUND/) });
    expect((await maskloom("reviews")).stderr).toBe("nothing waits for a decision\n");
    expect((await maskloom("reviews", "decisions")).stdout).toMatch(/astronaut|image/);
  });
});

describe("queues", () => {
  const masking = async () =>
    QueueList.parse(await answerOf("queues", "list")).queues.find(({ queue }) => queue === "masking");

  it("are paused and resumed by name, which holds without any process", async () => {
    expect(await maskloom("queues", "pause", "masking")).toMatchObject({
      code: 0,
      stdout: "masking: paused\n",
    });
    expect(await masking()).toMatchObject({ paused: true });
    expect((await maskloom("queues")).stdout).toMatch(/\nmasking +paused +0 /);
    expect((await maskloom("queues", "resume", "masking")).stdout).toBe("masking: goes on\n");
    expect(await masking()).toMatchObject({ paused: false });
    const unknown = await maskloom("queues", "pause", "maskng");
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringMatching(/NOT_FOUND.*maskng/) });
  });
});
