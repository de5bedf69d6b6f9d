import { parse } from "csv-parse/sync";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunView } from "../../src/contracts/run.ts";
import { RunPage } from "../../src/contracts/run-list.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { asking, makeKey } from "./keyed-hosts.ts";
import { seedRuns } from "./seed-runs.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";

describe("a list of runs as a file", () => {
  let host: ServerHost;
  let server: RunningServer;
  beforeAll(async () => {
    host = await openServerHost();
    await seedRuns(host.services.store.db, 1_000);
    server = await host.start();
  });
  afterAll(() => host.stop());

  const ask = (path: string, init?: RequestInit) => fetch(new URL(path, server.url), init);
  const list = async (query: string) => RunPage.parse(await (await ask(`/api/runs?${query}`)).json()).runs;
  const table = async (response: Response) =>
    parse(await response.text(), { columns: true }) as Record<string, string>[];
  const send = (body: object) =>
    ask("/api/runs/export", {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });

  it("has every run that matches, in the order of the list, with what its rows show", async () => {
    const response = await ask("/api/runs/export");
    expect(response.headers.get("content-disposition")).toMatch(
      /^attachment; filename="maskloom-runs-.*\.csv"$/,
    );
    const rows = await table(response);
    expect(rows).toHaveLength(1_000);
    const newest = await list("limit=200");
    expect(rows.slice(0, 200).map((row) => row["runUUID"])).toEqual(newest.map(({ runUUID }) => runUUID));
    const failed = newest.find(({ status }) => status === "failed");
    expect(rows.find((row) => row["runUUID"] === failed?.runUUID)).toMatchObject({
      status: "failed",
      file: failed?.file,
      errorCode: failed?.error?.code,
      errorMessage: failed?.error?.message,
      durationMs: String(failed?.durationMs),
      seam: String(failed?.quality.seam),
    });
  });

  it("is JSON of the same runs as the list has, narrowed by the same words", async () => {
    const runs = (await (await ask("/api/runs/export?format=json&status=failed")).json()) as RunView[];
    expect(runs).toEqual(await list("status=failed&limit=200"));
    expect(await (await ask("/api/runs/export?format=json&q=nobody")).json()).toEqual([]);
    expect((await (await ask("/api/runs/export?q=nobody")).text()).split("\r\n")).toHaveLength(2);
  });

  it("is of those that are named, whatever their number", async () => {
    const named = (await list("limit=200")).map(({ runUUID }) => runUUID).filter((_, at) => at % 3 === 0);
    const rows = await table(await send({ runs: named.toReversed() }));
    expect(rows.map((row) => row["runUUID"])).toEqual(named);
    const few = named.slice(0, 2);
    expect((await list(`runs=${few.join(",")}`)).map(({ runUUID }) => runUUID)).toEqual(few);
  });

  it("carries no formula, and every text whole", async () => {
    const file = '=HYPERLINK("http://x"),\n.jpg';
    const [run] = await list("limit=1");
    await sql`update runs set file = ${file} where uuid = ${run?.runUUID}`.execute(host.services.store.db);
    const [row] = await table(await send({ runs: [run?.runUUID] }));
    expect(row?.["file"]).toBe(`'${file}`);
    const [same] = (await (await send({ runs: [run?.runUUID], format: "json" })).json()) as RunView[];
    expect(same?.file).toBe(file);
  });

  it("is a viewer's to take, and has nothing of another owner", async () => {
    const own = asking(server.url, (await makeKey(host, { role: "viewer" })).key);
    const theirs = asking(server.url, (await makeKey(host, { owner: "somebody" })).key);
    const [run] = await list("limit=1");
    const named = {
      method: "POST",
      body: JSON.stringify({ runs: [run?.runUUID] }),
      headers: { "content-type": "application/json" },
    };
    expect(await table(await own("/api/runs/export", named))).toHaveLength(1);
    expect(await table(await theirs("/api/runs/export", named))).toHaveLength(0);
    expect(await table(await theirs("/api/runs/export"))).toHaveLength(0);
  });
});
