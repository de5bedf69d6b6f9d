import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Download, downloadFile } from "../../../src/runs/models/download.ts";
import { createHttpClient, type HttpClient } from "../../../src/runs/models/http-client.ts";
import {
  answers,
  answersOtherRange,
  dropsAfter,
  endsAfter,
  ignoresRange,
  type MisbehavingServer,
  ranged,
  sends,
  stalls,
  startMisbehavingServer,
} from "../../cli/models/misbehaving-server.ts";
import { errorOf } from "../../onnx/run-model.ts";

const content = randomBytes(200_000);
const other = randomBytes(200_000);

let folder: string;
let server: MisbehavingServer;
let download: Download;
let client: HttpClient;
/** What was waited, without waiting. */
let pauses: number[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maskloom-pull-"));
  server = await startMisbehavingServer(content);
  download = {
    name: "weights",
    url: `${server.url}/some/weights.pt`,
    file: path.join(folder, "pulled", "weights.pt"),
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
  };
  pauses = [];
  const real = createHttpClient();
  client = { ...real, pause: async (milliseconds) => void pauses.push(milliseconds) };
});

afterEach(async () => {
  await client.close();
  await server.close();
  await rm(folder, { recursive: true });
});

const run = (signal = new AbortController().signal, onProgress?: (received: number) => void) =>
  downloadFile(download, { client, signal, ...(onProgress === undefined ? {} : { onProgress }) });
const part = () => `${download.file}.part`;
const ranges = () => server.seen.map((request) => request.range);

async function expectWhole(): Promise<void> {
  expect((await readFile(download.file)).equals(content)).toBe(true);
  expect(existsSync(part())).toBe(false);
}

describe("a pull", () => {
  it("brings the file and says how far it is", async () => {
    const seen: number[] = [];
    await run(undefined, (received) => seen.push(received));
    await expectWhole();
    expect(seen.at(0)).toBe(0);
    expect(seen.at(-1)).toBe(content.length);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it("goes on where the connection broke, as often as something came", async () => {
    let received = 0;
    const arrived = (total: number) => vi.waitFor(() => expect(received).toBe(total), { interval: 5 });
    const dropping = [30_000, 50_000, 1_000].map((bytes) => dropsAfter(bytes, arrived));
    server.behave(...dropping, ranged);
    await run(undefined, (now) => {
      received = now;
    });
    await expectWhole();
    expect(ranges()).toEqual([undefined, "bytes=30000-", "bytes=80000-", "bytes=81000-"]);
  });

  it("goes on after an answer that ended early without a word", async () => {
    server.behave(endsAfter(70_000), ranged);
    await run();
    await expectWhole();
    expect(ranges()).toEqual([undefined, "bytes=70000-"]);
  });

  it("goes on where an earlier pull was stopped", async () => {
    server.behave(endsAfter(120_000), answers(404));
    expect(await errorOf(() => run())).toMatchObject({ code: "DOWNLOAD_FAILED" });
    server.behave(ranged);
    await run();
    await expectWhole();
    expect(ranges().at(-1)).toBe("bytes=120000-");
  });

  it("keeps what came when it is stopped, and says so", async () => {
    server.behave(stalls);
    const stopping = new AbortController();
    const failure = errorOf(() =>
      run(stopping.signal, (received) => {
        if (received === 100) stopping.abort();
      }),
    );
    expect(await failure).toMatchObject({
      code: "CANCELLED",
      message: expect.stringMatching(/goes on from here/),
    });
    expect(existsSync(download.file)).toBe(false);
    server.behave(ranged);
    await run();
    await expectWhole();
  });

  it("begins anew with a server that cannot go on", async () => {
    server.behave(dropsAfter(90_000), ignoresRange);
    await run();
    await expectWhole();
  });

  it("begins anew with a server that answers with another part", async () => {
    server.behave(endsAfter(90_000), answersOtherRange, ranged);
    await run();
    await expectWhole();
    expect(ranges()).toEqual([undefined, "bytes=90000-", undefined]);
  });

  it("begins anew where the server does not know such a part", async () => {
    server.behave(endsAfter(90_000), answers(416), ranged);
    await run();
    await expectWhole();
    expect(ranges().at(-1)).toBeUndefined();
  });

  it("begins anew where the part was of another file", async () => {
    server.behave(endsAfter(90_000), answers(404));
    await errorOf(() => run());
    await writeFile(part(), other.subarray(0, 90_000));
    server.behave(ranged);
    await run();
    await expectWhole();
    expect(ranges().slice(-2)).toEqual(["bytes=90000-", undefined]);
  });

  it("begins anew where the part is longer than the file", async () => {
    server.behave(endsAfter(90_000), answers(404));
    await errorOf(() => run());
    await writeFile(part(), Buffer.concat([content, other]));
    server.behave(ranged);
    await run();
    await expectWhole();
  });

  it("follows redirects, as publishers with a store behind them send them", async () => {
    server.behave(answers(302, { location: "/store/abc?signed=1" }), dropsAfter(50_000), ranged);
    await run();
    await expectWhole();
    expect(server.seen[1]?.url).toBe("/store/abc?signed=1");
  });

  it.each([429, 503])("waits as long as an answer %i asks", async (status) => {
    server.behave(answers(status, { "retry-after": "7" }), ranged);
    await run();
    await expectWhole();
    expect(pauses).toEqual([7_000]);
  });

  it("does not wait for hours", async () => {
    server.behave(answers(429, { "retry-after": "7200" }));
    expect(await errorOf(() => run())).toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: expect.stringMatching(/429 and asks to come back in 120 minutes/),
    });
    expect(pauses).toEqual([]);
  });

  it("gives up on a server that never gets better", async () => {
    server.behave(answers(500));
    expect(await errorOf(() => run())).toMatchObject({ message: expect.stringMatching(/it answers 500/) });
    expect(server.seen).toHaveLength(5);
  });

  it("says at once that there is nothing, and what else can be done", async () => {
    server.behave(answers(404));
    expect(await errorOf(() => run())).toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: expect.stringMatching(
        /it answers 404; .*HTTPS_PROXY.*MASKLOOM_MODELS_URL.*maskloom models add/,
      ),
    });
    expect(server.seen).toHaveLength(1);
  });

  it("refuses other bytes of the right length, and keeps none of them", async () => {
    server.behave(sends(other));
    expect(await errorOf(() => run())).toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: expect.stringContaining(createHash("sha256").update(other).digest("hex")),
    });
    expect(existsSync(download.file)).toBe(false);
    expect(existsSync(part())).toBe(false);
  });

  it.each([
    ["shorter", content.subarray(0, 100_000)],
    ["longer", Buffer.concat([content, other])],
  ])("refuses a %s file before a byte of it is kept", async (_, wrong) => {
    server.behave(sends(wrong));
    expect(await errorOf(() => run())).toMatchObject({
      message: expect.stringMatching(`it offers ${wrong.length} bytes, expected ${content.length}`),
    });
    expect(existsSync(part())).toBe(false);
  });

  it("ends an answer that has no length and no end", async () => {
    server.behave((_content, _request, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write(other, more);
      };
      more();
    });
    expect(await errorOf(() => run())).toMatchObject({
      message: expect.stringMatching(/sends more than 200000 bytes/),
    });
  });

  it("names a server that is not there", async () => {
    await server.close();
    expect(await errorOf(() => run())).toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/),
    });
    server = await startMisbehavingServer(content);
  });
});

describe("through a proxy", () => {
  const names = ["HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"] as const;
  const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  const connected: string[] = [];
  const ends = new Set<Duplex>();
  const proxy = createServer();
  proxy.on("connect", (request, socket) => {
    connected.push(request.url ?? "");
    const target = new URL(`http://${request.url}`);
    const onward = connect(Number(target.port), target.hostname, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) {
      ends.add(end);
      end.on("error", () => undefined);
    }
  });

  beforeEach(async () => {
    connected.length = 0;
    for (const name of names) delete process.env[name];
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    process.env["HTTP_PROXY"] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    for (const name of names) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    for (const end of ends) end.destroy();
    await new Promise((resolve) => proxy.close(resolve));
  });

  it("goes, where the environment names one", async () => {
    client = createHttpClient();
    await run();
    await expectWhole();
    expect(connected).toEqual([new URL(server.url).host]);
  });

  it("does not go to what NO_PROXY names", async () => {
    process.env["NO_PROXY"] = "127.0.0.1";
    client = createHttpClient();
    await run();
    await expectWhole();
    expect(connected).toEqual([]);
  });
});
