import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { WebSocket } from "ws";
import { readConfig } from "../src/config/config.ts";
import type { LiveMessage } from "../src/contracts/api.ts";
import { openServices, type Services } from "../src/runs/services.ts";
import { appendEvents } from "../src/store/events.ts";
import { LOCAL_OWNER } from "../src/store/owners.ts";
import { startPostgresProcess } from "../test/chaos/postgres-process.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { type MaskloomProcess, startMaskloom } from "./maskloom-process.ts";
import { processorOf, readProcesses } from "./processes.ts";
import { median, ms, percentile, printColumns, printTable } from "./table.ts";

/* What pages that are only open cost a server and its database: one server process, events that somebody else writes. */

const PAGES = [0, 1, 64, 256];
/** All of them are one owner's, who may not have the last ones. */
const PLACES = "512";
const EVENTS_PER_SECOND = 20;
/** `BENCH_SECONDS=3` for a short look. */
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 8);
/** Before it is looked at. PostgreSQL counts what an idle session did up to ten seconds late, so that some of the opening is in the figures. */
const SETTLE_MS = 2_000;
/** Times as many questions as for one page: what only one reader asks does not grow. */
const MOST_GROWTH = 1.5;

interface Cost {
  readonly pages: number;
  readonly eventsPerSecond: number;
  readonly serverMsPerSecond: number;
  readonly databaseMsPerSecond: number;
  /** Each question is one, and so are the writer's three. */
  readonly transactionsPerSecond: number;
  readonly serverMiB: number;
  /** From before it is written until the last page has it. */
  readonly arrivals: readonly number[];
}

export async function benchLivePages(): Promise<void> {
  if (process.platform !== "linux") {
    process.stdout.write("\nlive: not measured: it reads /proc\n");
    return;
  }
  const [home, postgres] = [await makeTemporaryHome(), await startPostgresProcess()];
  const settings = { MASKLOOM_HOME: home, DATABASE_URL: postgres.url, REDIS_URL: "", LOG_LEVEL: "error" };
  const services = await openServices(readConfig(settings), (error) => {
    throw error;
  });
  const server = await startMaskloom("server", {
    ...process.env,
    ...settings,
    MASKLOOM_API_KEY: "",
    MASKLOOM_LIVE_CONNECTIONS: PLACES,
  });
  const costs: Cost[] = [];
  try {
    for (const pages of PAGES) {
      for (const rate of [0, EVENTS_PER_SECOND]) costs.push(await measure(services, server, pages, rate));
    }
  } finally {
    await server.stop();
    await services.close();
    await postgres.remove();
    await removeTemporaryHome(home);
  }
  print(costs);
}

async function measure(
  services: Services,
  server: MaskloomProcess,
  count: number,
  rate: number,
): Promise<Cost> {
  /* When each event was heard last, by its number. */
  const heard = new Map<number, { pages: number; at: number }>();
  const hear = ({ type, ...rest }: LiveMessage) => {
    if (type !== "event" || !("event" in rest)) return;
    const n = Number(rest.event.data["n"]);
    heard.set(n, { pages: (heard.get(n)?.pages ?? 0) + 1, at: performance.now() });
  };
  const pages = await Promise.all(Array.from({ length: count }, () => openPage(server.url, hear)));
  const writing = writeEvents(services, rate);
  await sleep(SETTLE_MS);
  const before = await look(services, server);
  await sleep(SECONDS * 1_000);
  const after = await look(services, server);
  const told = await writing;
  await sleep(SETTLE_MS);
  const seconds = (after.at - before.at) / 1_000;
  const missed = [...told.keys()].filter((n) => (heard.get(n)?.pages ?? 0) !== count);
  if (missed.length > 0) throw new Error(`${missed.length} events were not heard once by each page`);
  await Promise.all(pages.map(closePage));
  return {
    pages: count,
    eventsPerSecond: rate,
    serverMsPerSecond: (after.server.processorMs - before.server.processorMs) / seconds,
    databaseMsPerSecond: (after.databaseMs - before.databaseMs) / seconds,
    transactionsPerSecond: (after.transactions - before.transactions) / seconds,
    serverMiB: after.server.residentMiB,
    arrivals: [...told].flatMap(([n, at]) => (heard.has(n) ? [(heard.get(n)?.at ?? 0) - at] : [])),
  };
}

async function openPage(url: string, hear: (message: LiveMessage) => void): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/events?workers=true`);
  const greeted = once(socket, "message");
  socket.on("message", (data) => hear(JSON.parse(String(data)) as LiveMessage));
  await greeted;
  return socket;
}

async function closePage(socket: WebSocket): Promise<void> {
  const closed = once(socket, "close");
  socket.close();
  await closed;
}

/** @returns when each was written */
async function writeEvents({ store }: Services, rate: number): Promise<ReadonlyMap<number, number>> {
  const told = new Map<number, number>();
  const begun = performance.now();
  for (let n = 0; n < rate * (SECONDS + SETTLE_MS / 1_000); n++) {
    await sleep(Math.max(0, begun + (n / rate) * 1_000 - performance.now()));
    told.set(n, performance.now());
    await appendEvents(store.db, [{ type: "task.progress", owner: LOCAL_OWNER, data: { n, share: 0.5 } }]);
    store.wakeUps.notify("events");
  }
  return told;
}

async function look({ store }: Services, { pid }: MaskloomProcess) {
  const { rows } = await sql<{ postmaster: string; transactions: string }>`
    select (select sum(xact_commit + xact_rollback) from pg_stat_database)::text as transactions,
      split_part(pg_read_file('postmaster.pid'), chr(10), 1) as postmaster`.execute(store.db);
  const processes = readProcesses();
  const server = processes.find((row) => row.pid === pid);
  if (server === undefined) throw new Error("the server is gone");
  const postmaster = Number(rows[0]?.postmaster);
  const databaseMs = processorOf(processes, postmaster);
  return { at: performance.now(), server, databaseMs, transactions: Number(rows[0]?.transactions) };
}

function print(costs: readonly Cost[]): void {
  printColumns(
    `Open pages of one server, ${SECONDS} s each; events come from another process`,
    [
      "pages",
      "events/s",
      "server, ms/s",
      "PostgreSQL, ms/s",
      "transactions/s",
      "server, MiB",
      "heard by all",
    ],
    costs.map((cost) => [
      String(cost.pages),
      String(cost.eventsPerSecond),
      cost.serverMsPerSecond.toFixed(1),
      cost.databaseMsPerSecond.toFixed(1),
      cost.transactionsPerSecond.toFixed(1),
      cost.serverMiB.toFixed(0),
      cost.arrivals.length === 0
        ? ""
        : `${ms(median(cost.arrivals))}, p95 ${ms(percentile(cost.arrivals, 0.95))}`,
    ]),
  );
  const [one, most] = [1, PAGES.at(-1)].map((pages) =>
    costs.find((cost) => cost.pages === pages && cost.eventsPerSecond > 0),
  );
  if (one === undefined || most === undefined) return;
  const growth = most.transactionsPerSecond / one.transactionsPerSecond;
  printTable("What is new is read once for all pages", [
    {
      what: `transactions for ${most.pages} pages, beside one`,
      ours: `${growth.toFixed(2)} ×`,
      against: `<= ${MOST_GROWTH} ×`,
      verdict: growth <= MOST_GROWTH,
    },
  ]);
}
