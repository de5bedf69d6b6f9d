import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import type pg from "pg";

/** How an installation is at one moment. */
export interface SoakSample {
  /** Of all its processes together, without buffers, of which some are kept on purpose. */
  readonly memoryBytes: number;
  /** Buffers of all of them: pictures, tensors, answers. */
  readonly bufferBytes: number;
  readonly openFiles: number;
  /** At PostgreSQL. */
  readonly connections: number;
  /** Of the server: 99 of 100 turns of its event loop were not delayed for longer, in milliseconds. */
  readonly delayMs: number;
}

/** What the memory of all processes is made of, in bytes: where it grows tells a leak from caches that fill. */
export interface MemoryParts {
  /** Of PostgreSQL's and Redis' there is nothing in it. */
  readonly resident: number;
  /** Objects of JavaScript that are alive, or not yet collected. */
  readonly heapUsed: number;
  /** What V8 has taken for them. */
  readonly heapTotal: number;
  /** Bytes of buffers outside of it: pictures, tensors, answers, those that threads share included. */
  readonly buffers: number;
}

/**
 * @param groups process groups, each with all that it started
 * @param parts of the same moment
 * @param url of the server
 */
export async function takeSample(
  groups: readonly number[],
  parts: MemoryParts,
  database: pg.Client,
  url: string,
): Promise<SoakSample> {
  const pids = processesOf(groups);
  const sizes = await Promise.all(pids.map(memoryOf));
  const files = await Promise.all(pids.map(openFilesOf));
  const { rows } = await database.query<{ count: number }>(
    "select count(*)::int as count from pg_stat_activity",
  );
  return {
    memoryBytes: sum(sizes) - parts.buffers,
    bufferBytes: parts.buffers,
    openFiles: sum(files),
    connections: rows[0]?.count ?? 0,
    delayMs: await delayOf(url),
  };
}

/** @param urls of the metrics of every process */
export async function takeMemoryParts(urls: readonly string[]): Promise<MemoryParts> {
  const texts = await Promise.all(urls.map(async (url) => (await fetch(`${url}/metrics`)).text()));
  const of = (name: string): number => {
    const values = texts.flatMap((text) => [
      ...text.matchAll(new RegExp(`^\\w*${name}(?:\\{.*\\})? (\\S+)$`, "gm")),
    ]);
    if (values.length === 0) throw new Error(`the metrics do not tell ${name}`);
    return sum(values.map(([, value]) => Number(value)));
  };
  return {
    resident: of("process_resident_memory_bytes"),
    heapUsed: of("nodejs_heap_size_used_bytes"),
    heapTotal: of("nodejs_heap_size_total_bytes"),
    buffers: of("array_buffers_bytes"),
  };
}

function processesOf(groups: readonly number[]): number[] {
  const listed = execFileSync("ps", ["-A", "-o", "pid=,pgid="], { encoding: "utf8" });
  return listed.split("\n").flatMap((line) => {
    const [pid = 0, group = 0] = line.trim().split(/\s+/).map(Number);
    return groups.includes(group) ? [pid] : [];
  });
}

/* A process that has ended since it was listed has nothing. */

async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
}

const openFilesOf = async (pid: number): Promise<number> =>
  (await readdir(`/proc/${pid}/fd`).catch(() => [])).length;

async function delayOf(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const seconds = /^\w*eventloop_lag_p99_seconds\S* (\S+)$/m.exec(metrics)?.[1];
  if (seconds === undefined) throw new Error("the server's metrics do not tell the delay of its event loop");
  return Number(seconds) * 1000;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
