import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { redisOutage } from "../../src/queue/redis-outage.ts";

const refused = () =>
  Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:6379"), { code: "ECONNREFUSED" });

function openOutage() {
  const settings = readConfig({ REDIS_URL: "redis://:hidden@queues.internal:6379" }).queue.redis;
  if (settings === undefined) throw new Error("expected settings of Redis");
  const clock = { ms: 0 };
  const told: string[] = [];
  const outage = redisOutage(settings, () => clock.ms);
  const listen = () => outage.filter((error) => told.push(error instanceof Error ? error.message : ""));
  return { outage, clock, told, listen };
}

describe("while Redis is away", () => {
  it("one line is told of all connections, which says what is away and what follows", () => {
    const { told, listen } = openOutage();
    const [one, other] = [listen(), listen()];
    for (let tries = 0; tries < 50; tries++) for (const hear of [one, other]) hear(refused());
    expect(told).toEqual([
      "REDIS_URL: Redis at queues.internal:6379 does not answer: connect ECONNREFUSED 127.0.0.1:6379; nothing is lost, and all goes on by itself when it does",
    ]);
  });

  it("it is told again after a minute, and at once when it had answered meanwhile", () => {
    const { outage, clock, told, listen } = openOutage();
    const hear = listen();
    for (clock.ms = 0; clock.ms < 60_000; clock.ms += 2_000) hear(refused());
    clock.ms = 59_999;
    hear(new Error("Connection is closed."));
    expect(told).toHaveLength(1);
    clock.ms = 60_000;
    hear(refused());
    expect(told).toHaveLength(2);
    outage.isOver();
    hear(refused());
    expect(told).toHaveLength(3);
  });

  it("what is wrong otherwise is told each time, as it is", () => {
    const { told, listen } = openOutage();
    const hear = listen();
    hear(refused());
    hear(new Error("OOM command not allowed when used memory > 'maxmemory'"));
    hear(new Error("OOM command not allowed when used memory > 'maxmemory'"));
    expect(told.slice(1)).toEqual([
      "OOM command not allowed when used memory > 'maxmemory'",
      "OOM command not allowed when used memory > 'maxmemory'",
    ]);
  });
});
