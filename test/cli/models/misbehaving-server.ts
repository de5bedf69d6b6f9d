import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface SeenRequest {
  readonly url: string;
  readonly range: string | undefined;
}

/** Answers one request in one way. */
export type Behaviour = (content: Buffer, request: IncomingMessage, response: ServerResponse) => void;

export interface MisbehavingServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** The next requests are answered so, one after the other; the last one holds for all that follow. */
  behave(...behaviours: readonly Behaviour[]): void;
  close(): Promise<void>;
}

/** A server on loopback that gives out one file at every path. */
export async function startMisbehavingServer(content: Buffer): Promise<MisbehavingServer> {
  const seen: SeenRequest[] = [];
  let queue: Behaviour[] = [ranged];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? "", range: request.headers.range });
    const behaviour = queue.length > 1 ? queue.shift() : queue[0];
    behaviour?.(content, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    behave(...behaviours) {
      queue = [...behaviours];
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const startOf = (request: IncomingMessage): number =>
  Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);

/** As it should be: a part where a part is asked for. */
export const ranged: Behaviour = (content, request, response) => {
  const from = startOf(request);
  const rest = content.subarray(from);
  if (from === 0) response.writeHead(200, { "content-length": rest.length });
  else if (rest.length === 0) response.writeHead(416, { "content-range": `bytes */${content.length}` });
  else {
    const range = `bytes ${from}-${content.length - 1}/${content.length}`;
    response.writeHead(206, { "content-length": rest.length, "content-range": range });
  }
  response.end(rest);
};

export const ignoresRange: Behaviour = (content, _request, response) => {
  response.writeHead(200, { "content-length": content.length });
  response.end(content);
};

/**
 * Says how much is to come, sends `bytes` of it and breaks the connection.
 * @param arrived that so much of the file has come: what is on its way when a connection breaks may be lost
 */
export const dropsAfter =
  (bytes: number, arrived: (total: number) => Promise<void> = async () => undefined): Behaviour =>
  (content, request, response) => {
    const from = startOf(request);
    const rest = content.subarray(from);
    const range = `bytes ${from}-${content.length - 1}/${content.length}`;
    if (from === 0) response.writeHead(200, { "content-length": rest.length });
    else response.writeHead(206, { "content-length": rest.length, "content-range": range });
    response.write(rest.subarray(0, bytes), () => {
      void arrived(from + bytes).then(() => response.destroy());
    });
  };

/** Says nothing of a length, and ends early as if that were all. */
export const endsAfter =
  (bytes: number): Behaviour =>
  (content, request, response) => {
    const from = startOf(request);
    const range = `bytes ${from}-${content.length - 1}/${content.length}`;
    if (from > 0) response.writeHead(206, { "content-range": range });
    response.write(content.subarray(from, from + bytes));
    response.end();
  };

export const answers =
  (status: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_content, _request, response) => {
    response.writeHead(status, headers);
    response.end("an answer for people");
  };

export const sends =
  (other: Buffer): Behaviour =>
  (_content, request, response) =>
    ranged(other, request, response);

/** A part, but another one than was asked for. */
export const answersOtherRange: Behaviour = (content, _request, response) => {
  response.writeHead(206, { "content-range": `bytes 1-${content.length - 1}/${content.length}` });
  response.end(content.subarray(1));
};

/** Begins an answer and says no more until the connection is ended. */
export const stalls: Behaviour = (content, _request, response) => {
  response.writeHead(200, { "content-length": content.length });
  response.write(content.subarray(0, 100));
};
