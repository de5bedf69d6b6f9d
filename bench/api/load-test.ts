import { setTimeout as delay } from "node:timers/promises";
import { median, ms, percentile, printTable } from "../table.ts";
import { picturesOfAFace } from "./pictures.ts";
import type { ServerProcess } from "./server-process.ts";
import { connectWireClient } from "./wire-client.ts";

const CLIENTS = 200;
const TASKS = 5;
const ROUNDS = 3;
const PINGING = 20;
const PING_EVERY_MS = 250;

/** What the API bears: 200 clients with 5 tasks each, all at once, three times. */
export async function loadTest(server: ServerProcess, model: string): Promise<void> {
  const rounds: Awaited<ReturnType<typeof loadOnce>>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await loadOnce(server, model));
  const times = rounds.flatMap((round) => round.times);
  const pongs = rounds.flatMap((round) => round.pongs);
  const worst = Math.max(...pongs);
  const memory = (part: "server" | "worker") => rounds.map(({ after }) => after[part].toFixed(0)).join(", ");
  const [first, last] = [rounds[0]?.after.server ?? 0, rounds.at(-1)?.after.server ?? 0];
  const strays = rounds.reduce((sum, round) => sum + round.strays, 0);
  const asked = CLIENTS * TASKS * ROUNDS;
  const perSecond = median(rounds.map((round) => round.perSecond));
  printTable(`API under load: ${ROUNDS} times ${CLIENTS} clients with ${TASKS} tasks each, ${model}`, [
    { what: "answered", ours: `${times.length}`, against: `${asked}`, verdict: times.length === asked },
    { what: "answers nobody asked for", ours: `${strays}`, against: "0", verdict: strays === 0 },
    { what: "requests per second", ours: perSecond.toFixed(1), against: "" },
    { what: "latency p50", ours: ms(median(times)), against: "" },
    { what: "latency p95", ours: ms(percentile(times, 0.95)), against: "" },
    { what: "latency p99", ours: ms(percentile(times, 0.99)), against: "" },
    { what: `slowest of ${pongs.length} pongs`, ours: ms(worst), against: "<= 2 s", verdict: worst <= 2_000 },
    {
      what: "server's memory after each time",
      ours: memory("server"),
      against: "MiB, last <= 1.25 of the first",
      verdict: last <= 1.25 * first,
    },
    { what: "worker's memory after each time", ours: memory("worker"), against: "MiB" },
  ]);
}

async function loadOnce(server: ServerProcess, model: string) {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connectWireClient(server.url)));
  const pictures = await picturesOfAFace(CLIENTS * TASKS);
  const pongs: number[] = [];
  let isOver = false;
  const pinging = clients.slice(0, PINGING).map(async (client) => {
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
