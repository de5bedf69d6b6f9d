import { median, ms, percentile, printTable, type Row } from "../table.ts";
import { type BareLoop, openBareLoop } from "./bare-loop.ts";
import { picturesOfAFace } from "./pictures.ts";
import type { ProcessorTimes, ServerProcess } from "./server-process.ts";
import { connectWireClient, type WireClient } from "./wire-client.ts";

/** The API and the bare loop take turns, so that both meet the same moods of the machine; medians are shown. */
const ROUNDS = 3;
const SINGLE = 60;
const MANY = 240;
const LANES = 16;

/** What the API costs beside the work itself. */
export async function compareModel(server: ServerProcess, model: string): Promise<void> {
  const client = await connectWireClient(server.url);
  const bare = await openBareLoop(model, server.modelsFolder);
  for (const picture of await picturesOfAFace(10)) {
    await client.mask(model, picture);
    await bare.one(picture);
  }
  const [times, bareTimes, inference]: [number[], number[], number[]] = [[], [], []];
  for (const picture of await picturesOfAFace(SINGLE)) {
    const alone = await bare.one(picture);
    bareTimes.push(alone.ms);
    inference.push(alone.inferenceMs);
    times.push(await client.mask(model, picture));
  }
  const rounds: Awaited<ReturnType<typeof compareThroughput>>[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push(await compareThroughput(server, client, bare, model));
  await client.close();
  await bare.close();

  const [own, bareMs, inferenceMs] = [median(times), median(bareTimes), median(inference)];
  const extra = own - bareMs;
  const share = median(rounds.map(({ api, loop }) => api / loop));
  printTable(`API, ${model}, 512x512 JPEG`, [
    { what: "one at a time, p50", ours: ms(own), against: `${ms(bareMs)} bare loop` },
    {
      what: "one at a time, p95",
      ours: ms(percentile(times, 0.95)),
      against: ms(percentile(bareTimes, 0.95)),
    },
    {
      what: "one at a time, p99",
      ours: ms(percentile(times, 0.99)),
      against: ms(percentile(bareTimes, 0.99)),
    },
    { what: "beside the bare loop", ours: `+${ms(extra)}`, against: "<= +20 ms", verdict: extra <= 20 },
    {
      what: "end to end by inference alone",
      ours: `${(own / inferenceMs).toFixed(2)}x`,
      against: `${ms(inferenceMs)} inference`,
    },
    {
      what: `${LANES} at a time`,
      ours: `${median(rounds.map(({ api }) => api)).toFixed(1)}/s`,
      against: `${median(rounds.map(({ loop }) => loop)).toFixed(1)}/s bare loop`,
    },
    {
      what: "share of the bare loop's throughput",
      ours: share.toFixed(2),
      against: ">= 0.8",
      verdict: share >= 0.8,
    },
    ...processorRows(rounds),
  ]);
}

async function compareThroughput(server: ServerProcess, client: WireClient, bare: BareLoop, model: string) {
  const pictures = await picturesOfAFace(MANY);
  const before = process.cpuUsage();
  const loop = await perSecond(pictures, bare.threads, bare.one);
  const { user, system } = process.cpuUsage(before);
  const begun = server.processorMs();
  const api = await perSecond(pictures, LANES, (picture) => client.mask(model, picture));
  const ended = server.processorMs();
  return { loop, api, loopMs: (user + system) / 1000 / MANY, apiMs: perTask(begun, ended) };
}

async function perSecond(
  pictures: readonly Buffer[],
  lanes: number,
  work: (picture: Buffer) => Promise<unknown>,
): Promise<number> {
  const waiting = [...pictures];
  const lane = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await work(next);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: lanes }, lane));
  return pictures.length / ((performance.now() - start) / 1000);
}

function perTask(begun: ProcessorTimes | null, ended: ProcessorTimes | null): ProcessorTimes | null {
  if (begun === null || ended === null) return null;
  return {
    server: (ended.server - begun.server) / MANY,
    worker: (ended.worker - begun.worker) / MANY,
    database: (ended.database - begun.database) / MANY,
  };
}

/** Processor time does not depend on what else the machine does at the time. */
function processorRows(
  rounds: readonly { readonly loopMs: number; readonly apiMs: ProcessorTimes | null }[],
): Row[] {
  const known = rounds.flatMap(({ apiMs }) => apiMs ?? []);
  if (known.length === 0) return [];
  const part = (name: keyof ProcessorTimes) => median(known.map((times) => times[name]));
  const loopMs = median(rounds.map((round) => round.loopMs));
  const all = part("server") + part("worker") + part("database");
  return [
    {
      what: "processor time of one: server + worker + database",
      ours: `${ms(part("server"))} + ${ms(part("worker"))} + ${ms(part("database"))}`,
      against: `${ms(loopMs)} bare loop`,
    },
    { what: "bare loop's share of it", ours: (loopMs / all).toFixed(2), against: "" },
  ];
}
