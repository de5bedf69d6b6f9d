import { describe, expect, it } from "vitest";
import { createLogger } from "../../src/logging/log.ts";
import { databaseOutage } from "../../src/store/database-outage.ts";

const URL = "postgres://maskloom:hidden@db.internal:5432/maskloom";
const starting = () => Object.assign(new Error("the database system is starting up"), { code: "57P03" });
const refused = () =>
  Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:5432"), { code: "ECONNREFUSED" });

function openLog({ url }: { readonly url: string | undefined } = { url: URL }) {
  const clock = { ms: 0 };
  const outage = databaseOutage({ url }, () => clock.ms);
  const lines: string[] = [];
  const log = createLogger("trace", "json", {
    write: (line) => lines.push(line),
    errorToTell: (error) => outage.toTell(error),
  });
  const messages = () => lines.map((line) => JSON.parse(line) as { msg: string; err?: { message: string } });
  return { clock, log, messages };
}

describe("while the database is away", () => {
  it("one line says so, whoever asked it, and what follows", () => {
    const { log, messages } = openLog();
    for (let tries = 0; tries < 50; tries++) {
      log.error(refused());
      log.child({ worker: "w" }).warn({ err: starting() }, "a loop failed");
    }
    const [said] = messages();
    expect(messages()).toHaveLength(1);
    expect(said?.msg).toBe(
      "DATABASE_URL: PostgreSQL at db.internal:5432 does not answer: connect ECONNREFUSED 10.0.0.7:5432; " +
        "nothing is lost, and all goes on by itself when it does",
    );
    expect(JSON.stringify(said)).not.toContain("hidden");
  });

  it("a line keeps its other fields and its own words", () => {
    const { log, messages } = openLog();
    log.warn({ err: starting(), taskUUID: "t" }, "results could not be looked for");
    expect(messages()).toEqual([
      expect.objectContaining({
        msg: "results could not be looked for",
        taskUUID: "t",
        err: expect.objectContaining({
          message: expect.stringContaining("does not answer: the database system"),
        }),
      }),
    ]);
  });

  it("it is told again after a minute, and at once when nobody had complained for a while", () => {
    const { clock, log, messages } = openLog();
    for (; clock.ms < 60_000; clock.ms += 5_000) log.error(refused());
    expect(messages()).toHaveLength(1);
    log.error(refused());
    expect(messages()).toHaveLength(2);
    clock.ms += 20_001;
    log.error(refused());
    expect(messages()).toHaveLength(3);
  });

  it("what it refuses, and what has no error, is told each time, as it is", () => {
    const { log, messages } = openLog();
    log.error(refused());
    const full = Object.assign(new Error("could not extend file"), { code: "53100" });
    for (let times = 0; times < 2; times++) {
      log.error(full);
      log.info({ url: "http://127.0.0.1" }, "listening");
    }
    expect(
      messages()
        .slice(1)
        .map(({ msg }) => msg),
    ).toEqual(["could not extend file", "listening", "could not extend file", "listening"]);
  });

  it.each([
    [undefined, "the embedded PostgreSQL"],
    ["postgres:///maskloom?host=/run/postgresql", "DATABASE_URL: PostgreSQL at /run/postgresql"],
  ])("%s is named %s", (url, name) => {
    const { log, messages } = openLog({ url });
    log.error(refused());
    expect(messages()[0]?.msg).toContain(`${name} does not answer`);
  });
});
