import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { MaskloomError } from "../errors.ts";

/** What a scraper gets; several registries of one machine may be in it. */
export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface MetricsAnswers {
  metrics(): Promise<MetricsText>;
  /** Whether the process does what it is there for; what orchestrators restart it by. */
  isWell(): boolean;
}

/** One scraper asks; whoever opens more is no scraper. */
const MOST_CONNECTIONS = 32;
const PATIENCE_MS = 10_000;

/**
 * `/metrics` and `/healthz` without a key, for processes that have no other address and for networks of their own.
 * @throws CONFLICT where the address is not to be had
 */
export async function startMetricsServer(
  place: { readonly host: string; readonly port: number },
  answers: MetricsAnswers,
): Promise<MetricsServer> {
  const server = createServer(
    { requestTimeout: PATIENCE_MS, headersTimeout: PATIENCE_MS },
    (request, response) => {
      /* Not every target is a URL: one of `//` would throw, and with it end the process. */
      const [path] = (request.url ?? "/").split("?", 1);
      const isRead = request.method === "GET" || request.method === "HEAD";
      const send = (status: number, type: string, text: string) => {
        response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
        response.end(request.method === "HEAD" ? undefined : text);
      };
      const plain = (status: number, text: string) => send(status, "text/plain; charset=utf-8", `${text}\n`);
      if (!isRead) return plain(405, "expected GET");
      if (path === "/healthz") return answers.isWell() ? plain(200, "ok") : plain(503, "unwell");
      if (path !== "/metrics") return plain(404, "expected /metrics or /healthz");
      answers.metrics().then(
        ({ contentType, text }) => send(200, contentType, text),
        () => plain(500, "the metrics could not be read; the log says why"),
      );
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, place);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : place.port;
  const name = place.host.includes(":") ? `[${place.host}]` : place.host;
  return {
    url: `http://${name}:${port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError(
      "CONFLICT",
      `MASKLOOM_METRICS_PORT: ${reason}; each process on a machine needs a port of its own, 0 picks a free one`,
      { cause: error },
    );
  }
}
