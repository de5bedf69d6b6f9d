import { setTimeout as delay } from "node:timers/promises";
import { runBareLoop } from "./api/bare-loop.ts";
import { picturesOfAFace } from "./api/pictures.ts";
import { type ServerProcess, startServerProcess } from "./api/server-process.ts";
import { connectWireClient, type WireClient } from "./api/wire-client.ts";
import { median, ms, percentile, printTable } from "./table.ts";

/* What the API costs beside the work itself, and what it bears: imageMasking of 512×512 JPEG in base64 over WebSocket. */

const MODELS = ["mediapipe_face_short", "mediapipe_face_mesh"];
const CLIENTS = 200;
const TASKS = 5;
const ROUNDS = 3;
const SINGLE = 100;
const PING_EVERY_MS = 250;

export async function benchApi(): Promise<void> {
  const server = await startServerProcess();
  try {
    for (const model of MODELS) await compare(server, model);
    await load(server, MODELS[0] ?? "");
  } finally {
    await server.stop();
  }
}

async function compare(server: ServerProcess, model: string): Promise<void> {
  const client = await connectWireClient(server.url);
  for (const picture of await picturesOfAFace(10)) await client.mask(model, picture);
  const times: number[] = [];
  for (const picture of await picturesOfAFace(SINGLE)) times.push(await client.mask(model, picture));
  const perSecond = await throughput(client, model);
  await client.close();
  const bare = await runBareLoop(model, await picturesOfAFace(SINGLE));
  const extra = median(times) - bare.medianMs;
  const share = perSecond / bare.perSecond;
  printTable(`API, ${model}, 512x512`, [
    { what: "one at a time, p50", ours: ms(median(times)), against: `${ms(bare.medianMs)} bare loop` },
    { what: "one at a time, p95", ours: ms(percentile(times, 0.95)), against: "" },
    { what: "one at a time, p99", ours: ms(percentile(times, 0.99)), against: "" },
    { what: "beside the bare loop", ours: `+${ms(extra)}`, against: "<= +20 ms", verdict: extra <= 20 },
    {
      what: "end to end by inference alone",
      ours: `${(median(times) / bare.inferenceMs).toFixed(2)}x`,
      against: `${ms(bare.inferenceMs)} inference`,
    },
    {
      what: "16 at a time",
      ours: `${perSecond.toFixed(1)}/s`,
      against: `${bare.perSecond.toFixed(1)}/s bare loop`,
    },
    {
      what: "share of the bare loop's throughput",
      ours: share.toFixed(2),
      against: ">= 0.8",
      verdict: share >= 0.8,
    },
    {
      what: "the same, of a loop with one picture at a time",
      ours: (perSecond / bare.perSecondAlone).toFixed(2),
      against: `${bare.perSecondAlone.toFixed(1)}/s`,
    },
  ]);
}

async function throughput(client: WireClient, model: string): Promise<number> {
  const pictures = await picturesOfAFace(4 * SINGLE);
  const count = pictures.length;
  const lane = async () => {
    for (let next = pictures.pop(); next !== undefined; next = pictures.pop()) await client.mask(model, next);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: 16 }, lane));
  return count / ((performance.now() - start) / 1000);
}

async function load(server: ServerProcess, model: string): Promise<void> {
  const rounds: Awaited<ReturnType<typeof loadOnce>>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await loadOnce(server, model));
  const times = rounds.flatMap((round) => round.times);
  const pongs = rounds.flatMap((round) => round.pongs);
  const worst = Math.max(...pongs);
  const [first, last] = [rounds[0]?.after.server ?? 0, rounds.at(-1)?.after.server ?? 0];
  const strays = rounds.reduce((sum, round) => sum + round.strays, 0);
  const asked = CLIENTS * TASKS * ROUNDS;
  printTable(`API under load: ${ROUNDS} rounds of ${CLIENTS} clients with ${TASKS} tasks each`, [
    { what: "answered", ours: `${times.length}`, against: `${asked}`, verdict: times.length === asked },
    { what: "answers nobody asked for", ours: `${strays}`, against: "0", verdict: strays === 0 },
    {
      what: "requests per second",
      ours: median(rounds.map((round) => round.perSecond)).toFixed(1),
      against: "",
    },
    { what: "latency p50", ours: ms(median(times)), against: "" },
    { what: "latency p95", ours: ms(percentile(times, 0.95)), against: "" },
    { what: "latency p99", ours: ms(percentile(times, 0.99)), against: "" },
    { what: `slowest of ${pongs.length} pongs`, ours: ms(worst), against: "<= 2 s", verdict: worst <= 2_000 },
    {
      what: "server's memory after each round",
      ours: rounds.map((round) => `${round.after.server.toFixed(0)}`).join(", "),
      against: "MiB, last <= 1.25 of the first",
      verdict: last <= 1.25 * first,
    },
    {
      what: "worker's memory after each round",
      ours: rounds.map((round) => `${round.after.worker.toFixed(0)}`).join(", "),
      against: "MiB",
    },
  ]);
}

async function loadOnce(server: ServerProcess, model: string) {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connectWireClient(server.url)));
  const pictures = await picturesOfAFace(CLIENTS * TASKS);
  const pongs: number[] = [];
  let isOver = false;
  const pinging = clients.slice(0, 20).map(async (client) => {
    while (!isOver) {
      pongs.push(await client.ping());
      await delay(PING_EVERY_MS);
    }
  });
  const start = performance.now();
  const tasks = clients.flatMap((client, at) =>
    pictures.slice(at * TASKS, (at + 1) * TASKS).map((picture) => client.mask(model, picture)),
  );
  const answers = await Promise.allSettled(tasks);
  const perSecond = answers.length / ((performance.now() - start) / 1000);
  isOver = true;
  await Promise.all(pinging);
  const strays = clients.reduce((sum, client) => sum + client.strays(), 0);
  await Promise.all(clients.map((client) => client.close()));
  await delay(3_000); // what is still to be let go of
  for (const answer of answers)
    if (answer.status === "rejected") process.stderr.write(`${String(answer.reason)}\n`);
  const times = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  return { times, pongs, perSecond, strays, after: server.memory() };
}
