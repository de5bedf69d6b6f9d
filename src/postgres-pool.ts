import pg from "pg";

/**
 * A pool whose connections may be lost at any moment, idle or in somebody's hands between two queries: whoever queries next hears of
 * it, or gets a new one. Unheard, a loss would end the process.
 * @param onIdleLost hears of those that nobody had
 */
export function openPool(
  config: pg.PoolConfig,
  onIdleLost: (error: Error) => void = () => undefined,
): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on("error", onIdleLost);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}
