import { readFileSync } from "node:fs";
import path from "node:path";
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { assertAnswers, OLDEST_POSTGRES } from "../../../src/store/postgres/database.ts";

const DEPLOYMENT = path.join(import.meta.dirname, "../../../docs/deployment.md");

/** A server that says which version it is. */
const serverOf = (major: number) => ({ query: async () => ({ rows: [{ major }] }) }) as object as pg.Pool;

describe("the oldest PostgreSQL", () => {
  it("is the one that the documents name", () => {
    expect(readFileSync(DEPLOYMENT, "utf8")).toContain(`| PostgreSQL ${OLDEST_POSTGRES} or later:`);
  });

  it("is taken, and what is older refused by its number", async () => {
    await expect(assertAnswers(serverOf(OLDEST_POSTGRES))).resolves.toBeUndefined();
    await expect(assertAnswers(serverOf(OLDEST_POSTGRES - 1))).rejects.toMatchObject({
      code: "ENGINE_UNAVAILABLE",
      message: `DATABASE_URL: expected PostgreSQL ${OLDEST_POSTGRES} or newer, found ${OLDEST_POSTGRES - 1}; upgrade the server`,
    });
  });
});
