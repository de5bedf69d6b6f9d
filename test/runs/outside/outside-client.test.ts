import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Resolved } from "../../../src/runs/outside/guarded-connector.ts";
import { createOutsideClient, type OutsideClient } from "../../../src/runs/outside/outside-client.ts";

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server on loopback; what it does is said by each test. */
async function openServer() {
  const seen: IncomingMessage[] = [];
  let handle: Handle = (_request, response) => response.end();
  const server = createServer((request, response) => {
    seen.push(request);
    handle(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    seen,
    url: (path = "/") => `http://127.0.0.1:${port}${path}`,
    onRequest(next: Handle) {
      handle = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
type Host = Awaited<ReturnType<typeof openServer>>;

describe("the client of outside addresses", () => {
  let allowed: Host;
  let inner: Host;
  let client: OutsideClient;
  let names: Record<string, Resolved[][]>;
  const asked: string[] = [];
  const never = new AbortController().signal;
  const download = (url: string, mostBytes = 1_000_000) => client.download(url, { mostBytes, signal: never });

  beforeAll(async () => {
    allowed = await openServer();
    inner = await openServer();
    client = createOutsideClient({
      allowedTargets: [`127.0.0.1:${allowed.port}`],
      fetchMs: 1_500,
      async resolve(hostname) {
        asked.push(hostname);
        const answers = names[hostname];
        if (answers === undefined) throw Object.assign(new Error(`no ${hostname}`), { code: "ENOTFOUND" });
        return (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
      },
    });
  });
  beforeEach(() => {
    names = {};
    asked.length = 0;
    for (const host of [allowed, inner]) {
      host.seen.length = 0;
      host.onRequest((_request, response) => response.end("picture"));
    }
  });
  afterAll(async () => {
    await client.close();
    await allowed.close();
    await inner.close();
  });

  it("brings what the address answers with", async () => {
    expect(Buffer.from(await download(allowed.url("/a.png?key=1"))).toString()).toBe("picture");
    expect(allowed.seen[0]?.url).toBe("/a.png?key=1");
  });

  it.each([
    ["by its address", () => inner.url()],
    ["by the name of loopback", () => inner.url().replace("127.0.0.1", "localhost")],
    ["by an address in decimals", () => inner.url().replace("127.0.0.1", "2130706433")],
    ["by an address in hex", () => inner.url().replace("127.0.0.1", "0x7f.1")],
    ["by an address in octal", () => inner.url().replace("127.0.0.1", "0177.0.0.01")],
    ["by an address in one hex number", () => inner.url().replace("127.0.0.1", "0x7f000001")],
    ["by a short address", () => inner.url().replace("127.0.0.1", "127.1")],
    ["by an address that ends in a dot", () => inner.url().replace("127.0.0.1", "127.0.0.1.")],
    ["by the address of this machine", () => inner.url().replace("127.0.0.1", "0")],
    ["by digits in circles", () => inner.url().replace("127.0.0.1", "①②⑦.⓪.⓪.①")],
    ["by wide digits", () => inner.url().replace("127.0.0.1", "１２７.０.０.１")],
    ["by another full stop", () => inner.url().replace("127.0.0.1", "127。0。0。1")],
    ["by a name in small capitals", () => inner.url().replace("127.0.0.1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ")],
    ["by percent signs", () => inner.url().replace("127.0.0.1", "%31%32%37.0.0.1")],
    ["by IPv6's own loopback", () => inner.url().replace("127.0.0.1", "[::1]")],
    ["by IPv6 of nowhere", () => inner.url().replace("127.0.0.1", "[::]")],
    ["by IPv6", () => inner.url().replace("127.0.0.1", "[::ffff:127.0.0.1]")],
    ["by IPv6 in hex", () => inner.url().replace("127.0.0.1", "[::FFFF:7F00:1]")],
    ["by a name that leads there", () => inner.url().replace("127.0.0.1", "pictures.example")],
    ["by a name that also leads there", () => inner.url().replace("127.0.0.1", "both.example")],
    ["by a redirect", () => allowed.url("/to-inner")],
    ["by a redirect to a name", () => allowed.url("/to-name")],
  ])(
    "never reaches another server of this machine %s, and does not say where a name leads",
    async (_how, urlOf) => {
      names["localhost"] = [[{ address: "127.0.0.1", family: 4 }]];
      names["pictures.example"] = [[{ address: "127.0.0.1", family: 4 }]];
      names["both.example"] = [
        [
          { address: "8.8.8.8", family: 4 },
          { address: "127.0.0.1", family: 4 },
        ],
      ];
      allowed.onRequest((request, response) => {
        const to = request.url === "/to-inner" ? inner.url() : `http://pictures.example:${inner.port}/`;
        response.writeHead(302, { location: to }).end();
      });
      const failure = await download(urlOf()).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "TARGET_REFUSED" });
      expect(inner.seen).toEqual([]);
      if (/pictures|both/.test(urlOf())) expect(String(failure)).not.toContain("127.0.0.1");
    },
  );

  it("connects to the address that was checked, whatever the name says a moment later", async () => {
    const inside = [{ address: "127.0.0.1", family: 4 }];
    names["rebinding.example"] = [inside, [{ address: "10.0.0.1", family: 4 }]];
    const url = `http://rebinding.example:${allowed.port}/`;
    expect(Buffer.from(await download(url)).toString()).toBe("picture");
    expect(asked).toEqual(["rebinding.example"]);
    expect(allowed.seen[0]?.headers.host).toBe(`rebinding.example:${allowed.port}`);
  });

  it("follows redirects within what is permitted, but not for ever", async () => {
    allowed.onRequest((request, response) => {
      if (request.url === "/end") response.end("there");
      else if (request.url === "/first") response.writeHead(301, { location: "/end" }).end();
      else response.writeHead(307, { location: "/round" }).end();
    });
    expect(Buffer.from(await download(allowed.url("/first"))).toString()).toBe("there");
    await expect(download(allowed.url("/round"))).rejects.toMatchObject({
      code: "FETCH_FAILED",
      message: expect.stringContaining("redirects more than 5 times"),
    });
    expect(allowed.seen.length).toBe(2 + 6);
  });

  it.each([
    ["another protocol", "ftp://8.8.8.8/a.png"],
    ["a file", "file:///etc/passwd"],
    ["a name and a password", "http://root:secret@8.8.8.8/"],
    ["a cloud's metadata", "http://169.254.169.254/latest/meta-data/"],
    ["a cloud's metadata in decimals", "http://2852039166/"],
    ["a cloud's metadata within IPv6", "http://[::ffff:a9fe:a9fe]/"],
    ["a cloud's metadata by IPv6", "http://[fd00:ec2::254]/"],
    ["an address with a zone", "http://[fe80::1%25lo]/"],
    ["an address with a bare zone", "http://[fe80::1%lo]/"],
    ["a name with an at sign in it", "http://8.8.8.8@127.0.0.1/"],
    ["a script", "javascript:alert(1)"],
  ])("refuses %s without asking anybody", async (_what, url) => {
    const failure = await download(url).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "TARGET_REFUSED" });
    expect(String(failure)).not.toContain("secret");
  });

  it("refuses what is too large by its promise, and what is larger than promised while it comes", async () => {
    allowed.onRequest((_request, response) => {
      response.writeHead(200, { "content-length": "5000" });
      response.end(Buffer.alloc(5000));
    });
    await expect(download(allowed.url(), 4999)).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
    expect((await download(allowed.url(), 5000)).length).toBe(5000);

    let sent = 0;
    allowed.onRequest((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      response.on("drain", more);
      more();
    });
    await expect(download(allowed.url(), 100_000)).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
    expect(sent).toBeLessThan(50_000_000);
  });

  it.each([
    ["says nothing", (_request: IncomingMessage, _response: ServerResponse) => undefined],
    [
      "sends its beginning and no more",
      (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(200).write("pic"),
    ],
  ])("gives up on a server that %s", async (_how, handle) => {
    allowed.onRequest(handle);
    await expect(download(allowed.url())).rejects.toMatchObject({
      code: "FETCH_FAILED",
      message: expect.stringContaining("longer than 1.5 s"),
    });
  });

  it("says what a server answers instead of a picture, without what the query held", async () => {
    allowed.onRequest((_request, response) => void response.writeHead(404).end("no"));
    const failure = await download(allowed.url("/gone.png?token=secret")).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "FETCH_FAILED",
      message: expect.stringContaining("it answers 404"),
    });
    expect(String(failure)).toContain("/gone.png");
    expect(String(failure)).not.toContain("secret");
  });

  it("says that nobody answers, and that a name is not known", async () => {
    const gone = await openServer();
    await gone.close();
    const guardless = createOutsideClient({ allowedTargets: ["127.0.0.1"], fetchMs: 1_500 });
    const options = { mostBytes: 10, signal: never };
    await expect(guardless.download(gone.url(), options)).rejects.toMatchObject({
      code: "FETCH_FAILED",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    await guardless.close();
    await expect(download("http://nowhere.example/")).rejects.toMatchObject({
      code: "FETCH_FAILED",
      message: expect.stringContaining("ENOTFOUND"),
    });
  });

  it("brings one owner's picture while another's downloads never end", async () => {
    const leaving = new AbortController();
    allowed.onRequest(({ url }, response) => {
      if (url === "/quick") response.end("picture");
    });
    const slow = Array.from({ length: 40 }, () =>
      client.download(allowed.url("/never"), { mostBytes: 10, signal: leaving.signal, lane: "slow" }),
    );
    const ended = Promise.allSettled(slow);
    const quick = client.download(allowed.url("/quick"), { mostBytes: 10, signal: never, lane: "quick" });
    expect(Buffer.from(await quick).toString()).toBe("picture");
    leaving.abort();
    expect((await ended).map(({ status }) => status)).toEqual(Array(40).fill("rejected"));
  });

  it("ends when its caller has left", async () => {
    const leaving = new AbortController();
    allowed.onRequest(() => leaving.abort());
    await expect(
      client.download(allowed.url(), { mostBytes: 10, signal: leaving.signal }),
    ).rejects.toMatchObject({ code: "CANCELLED" });
  });

  describe("sending", () => {
    const put = (url: string) =>
      client.send(url, {
        method: "PUT",
        headers: { "content-type": "image/png" },
        body: Buffer.from([1, 2, 3]),
        timeoutMs: 500,
        signal: never,
      });

    it("puts the very bytes and tells the status, good or bad", async () => {
      const received: Buffer[] = [];
      allowed.onRequest(async (request, response) => {
        for await (const chunk of request) received.push(chunk as Buffer);
        response.writeHead(request.url === "/full" ? 507 : 201).end("ignored");
      });
      expect(await put(allowed.url("/a?signed=1"))).toEqual({ status: 201 });
      expect(Buffer.concat(received)).toEqual(Buffer.from([1, 2, 3]));
      expect(allowed.seen[0]).toMatchObject({ method: "PUT", url: "/a?signed=1" });
      expect(allowed.seen[0]?.headers).toMatchObject({ "content-type": "image/png", "content-length": "3" });
      expect(await put(allowed.url("/full"))).toEqual({ status: 507 });
    });

    it("does not carry what it sends on to where a redirect leads", async () => {
      allowed.onRequest(
        (_request, response) => void response.writeHead(307, { location: inner.url() }).end(),
      );
      expect(await put(allowed.url())).toEqual({ status: 307 });
      expect(inner.seen).toEqual([]);
    });

    it("reaches no more than fetching does, and waits no longer than it is told", async () => {
      await expect(put(inner.url())).rejects.toMatchObject({ code: "TARGET_REFUSED" });
      allowed.onRequest(() => undefined);
      await expect(put(allowed.url())).rejects.toMatchObject({ code: "FETCH_FAILED" });
    });
  });
});
