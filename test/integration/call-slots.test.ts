import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { createCallSlots } from "../../src/runs/calls/call-slots.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

/** As many as most have: PostgreSQL plans for three what it does not plan for eight. */
const SLOTS = 8;
const CALLS = 200;

describe("slots of calls", () => {
  let home: string;
  let services: Services;
  let watcher: pg.Client;
  beforeAll(async () => {
    home = await makeTemporaryHome();
    services = await openServices(readConfig({ MASKLOOM_HOME: home, LOG_LEVEL: "silent" }), () => undefined);
    watcher = new pg.Client(services.store.connection);
    await watcher.connect();
  });
  afterAll(async () => {
    await watcher?.end();
    await services?.close();
    await removeTemporaryHome(home);
  });

  /** Sessions that hold slots, with how many each; a lock is listed once, however often its session took it. */
  const holders = async () => {
    const { rows } = await watcher.query<{ pid: number; slots: number }>(
      `select pid, count(*)::int as slots from pg_locks
       where locktype = 'advisory' and classid::bigint = hashtext($1)::bigint & x'ffffffff'::bigint group by pid`,
      [`${services.store.schema}:calls:farm`],
    );
    return rows;
  };

  it("are all free again after many calls at once, and after their session was lost in the middle", async () => {
    const { connection, schema } = services.store;
    const slots = createCallSlots(connection, schema);
    const signal = AbortSignal.timeout(60_000);
    let underWay = 0;
    let most = 0;
    const call = () =>
      slots.within("farm", SLOTS, signal, async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await services.store.db.selectFrom("workers").select("id").execute();
        underWay -= 1;
      });
    await Promise.all(Array.from({ length: CALLS }, call));
    expect(most).toBeLessThanOrEqual(SLOTS);
    expect(await holders()).toEqual([]);

    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const long = slots.within("farm", SLOTS, signal, () => finished);
    const [before] = await vi.waitFor(async () => {
      const found = await holders();
      expect(found).toHaveLength(1);
      return found;
    });
    await watcher.query("select pg_terminate_backend($1)", [before?.pid]);
    await vi.waitFor(async () => expect(await holders()).toEqual([]));
    const more = Array.from({ length: CALLS }, () => call().catch(() => undefined));
    finish();
    await Promise.all([long, ...more]);
    expect(await holders()).toEqual([]);
    await slots.close();
  });

  it("are not waited for any longer by a call that is cancelled, and go to the next one", async () => {
    const { connection, schema } = services.store;
    const slots = createCallSlots(connection, schema);
    const signal = AbortSignal.timeout(60_000);
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const first = slots.within("farm", 1, signal, () => finished);
    const leaving = new AbortController();
    const second = slots.within("farm", 1, leaving.signal, () => Promise.reject(new Error("it was begun")));
    const third = slots.within("farm", 1, signal, async () => "done");
    leaving.abort(new Error("nobody waits"));
    await expect(second).rejects.toThrow("nobody waits");
    finish();
    await first;
    expect(await third).toBe("done");
    await slots.close();
  });
});
