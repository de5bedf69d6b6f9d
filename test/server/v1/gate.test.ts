import pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { describeFailure } from "../../../src/protocol/answers.ts";
import { createGate } from "../../../src/server/v1/gate.ts";
import { LOCAL_OWNER } from "../../../src/store/owners.ts";

describe("a key while the database is away", () => {
  const nowhere = new pg.Pool({ host: "127.0.0.1", port: 1 });
  afterAll(() => nowhere.end());
  const never = () => nowhere.query("select 1").then(() => null);
  const gate = createGate({
    authenticate: never,
    admit: async () => void (await never()),
    enter: () => null,
    watch: () => () => undefined,
  });
  const caller = {
    owner: LOCAL_OWNER,
    keyId: null,
    role: "admin",
    limits: { requestsPerMinute: null, concurrency: null },
  } as const;

  it.each([
    ["cannot be looked up", () => gate.authenticate("mlk_any", "127.0.0.1")],
    ["cannot be counted", () => gate.admit(caller, "imageMasking")],
  ])("%s, which is told as what it is: try again", async (_, ask) => {
    const failure = await ask().then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: "ENGINE_UNAVAILABLE", retryAfterSeconds: 1 });
    expect(describeFailure(failure)).toMatchObject({
      code: "serviceUnavailable",
      message: expect.stringMatching(/^the database does not answer/),
      context: { retryAfterSeconds: 1 },
    });
  });
});
