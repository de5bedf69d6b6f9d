import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ports that systems give to connections of their own (from 32,768 on Linux, from 49,152 elsewhere): one that is
 * free now could else be taken by any connection before the server that it is for has begun.
 */
const LOWEST = 12_000;
const HIGHEST = 22_000;

/** A node of a Redis cluster talks to the others on the port so far above its own. */
const CLUSTER_BUS = 10_000;

/** Of loopback; nobody listened there a moment ago, nor where a Redis of that port talks to its cluster. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await isFree(port)) && (await isFree(port + CLUSTER_BUS))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch {
    return false;
  }
  probe.close();
  await once(probe, "close");
  return true;
}
