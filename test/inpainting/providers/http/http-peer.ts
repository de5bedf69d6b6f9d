import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { expect } from "vitest";
import { type ProviderSettings, providersOf } from "../../../../src/config/provider-settings.ts";
import { encodeImage } from "../../../../src/image/codec.ts";

/** A request as a peer sees it, its body read to the end. */
export interface PeerRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

export interface PeerAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: Uint8Array | string;
}

/**
 * What goes wrong instead of an answer. One that returns `pass` is answered as if nothing was wrong; after `lose` what was
 * asked is done, and the connection ends before the answer.
 */
export type Fault = (request: PeerRequest, response: ServerResponse) => unknown;

export interface HttpPeer {
  readonly url: string;
  readonly requests: readonly PeerRequest[];
  /** What happens to requests for paths that begin so, until it is set to null. */
  fault: { readonly path: string; readonly act: Fault } | null;
  /** The server, for protocols on top of it. */
  readonly server: ReturnType<typeof createServer>;
  close(): Promise<void>;
}

/** A real HTTP server on loopback. What its handler throws ends the test: a peer that misunderstands proves nothing. */
export async function startHttpPeer(
  handle: (request: PeerRequest) => Promise<PeerAnswer> | PeerAnswer,
): Promise<HttpPeer> {
  const requests: PeerRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    void answer(incoming, response).catch((error: unknown) => {
      response.writeHead(422, { "content-type": "application/json" });
      response.end(JSON.stringify({ detail: `the peer refuses: ${String(error)}` }));
    });
  });
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const request: PeerRequest = {
      method: incoming.method ?? "",
      url: new URL(incoming.url ?? "/", "http://peer"),
      headers: incoming.headers,
      body: Buffer.concat(parts),
    };
    requests.push(request);
    const isFaulty = peer.fault !== null && request.url.pathname.startsWith(peer.fault.path);
    const then = isFaulty ? await peer.fault?.act(request, response) : "pass";
    if (then !== "pass" && then !== "lose") return;
    const { status = 200, headers = {}, json, body } = await handle(request);
    if (then === "lose") return void response.socket?.destroy();
    const content = json === undefined ? (body ?? "") : JSON.stringify(json);
    const type = json === undefined ? {} : { "content-type": "application/json" };
    response.writeHead(status, { ...type, ...headers }).end(content);
  };
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const peer: HttpPeer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    fault: null,
    server,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return peer;
}

/** Faults that every protocol over HTTP must survive. */
export const FAULTS = {
  hangs: () => undefined,
  slow:
    (ms: number, then: Fault): Fault =>
    async (request, response) => {
      await wait(ms);
      return then(request, response);
    },
  /** Half of what it says that it will say. */
  half: ((_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": 4_000 });
    response.write("{".padEnd(2_000), () => response.socket?.destroy());
  }) satisfies Fault,
  /** 100 MB, all of which it would send. */
  huge: ((_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": 100 * 1024 ** 2 });
    const part = Buffer.alloc(1024 ** 2, 0x41);
    let left = 100;
    const push = (): void => {
      while (left-- > 0 && !response.destroyed && response.write(part));
      if (left > 0) response.once("drain", push);
      else response.end();
    };
    push();
  }) satisfies Fault,
  status:
    (status: number, headers: Record<string, string> = {}, body = ""): Fault =>
    (_request, response) => {
      response.writeHead(status, headers).end(body);
    },
  html: ((_request, response) => {
    response
      .writeHead(200, { "content-type": "text/html" })
      .end("<!doctype html><title>Router</title><h1>Welcome</h1>");
  }) satisfies Fault,
  breaks: ((_request, response) => {
    response.socket?.destroy();
  }) satisfies Fault,
  /** Far more bytes than any answer has, as fast as they are read. */
  endless: ((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const part = Buffer.alloc(1024 ** 2, 0x41);
    const push = (): void => {
      while (!response.destroyed && response.write(part));
      if (!response.destroyed) response.once("drain", push);
    };
    push();
  }) satisfies Fault,
} as const;

/** A plain PNG of one colour. */
export function plainPng(width: number, height: number): Promise<Uint8Array> {
  const data = new Uint8Array(width * height * 3).fill(90);
  return encodeImage({ width, height, channels: 3, depth: 8, data }, { format: "png" });
}

/** The settings of a provider as the configuration makes them. */
export function settingsOf(
  entry: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
): ProviderSettings {
  const [settings] = providersOf([entry], env);
  if (settings === undefined) throw new Error("the configuration made no provider");
  return settings;
}

/** Waits for a state that comes by itself. */
export async function until(isThere: () => boolean): Promise<void> {
  await expect.poll(isThere, { timeout: 10_000, interval: 5 }).toBe(true);
}
