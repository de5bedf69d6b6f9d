import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { hasCode, MaskloomError } from "../errors.ts";
import { createLogger, type Logger } from "../log.ts";
import { createAccessPolicy, isLoopback } from "./access.ts";
import { createApp } from "./app.ts";
import { trackIdleConnections } from "./idle-connections.ts";
import { ignoreUpgrade } from "./ignore-upgrade.ts";
import { createLiveEvents } from "./live-events.ts";
import type { ApiServices } from "./route.ts";
import { routes } from "./routes.ts";

export interface ServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly log?: Logger;
  readonly patience?: Partial<Patience>;
}

/** Milliseconds that a client may take; one that sends a byte now and then must not hold a connection for ever. */
interface Patience {
  readonly headersMs: number;
  /** Headers and body. */
  readonly requestMs: number;
  /** How often it is looked after. */
  readonly checkMs: number;
}

export interface RunningServer {
  readonly url: string;
  /** Accepts nothing new, lets requests end, and is done within ten seconds. */
  close(): Promise<void>;
}

/** A slow upload of 64 MiB fits. */
const PATIENCE: Patience = { headersMs: 15_000, requestMs: 300_000, checkMs: 5_000 };
const KEEP_ALIVE_MS = 10_000;
/** Longer than the longest `wait`, so that it only ends connections on which nothing moves any more. */
const SILENCE_MS = 150_000;
const CLOSE_GRACE_MS = 8_000;

/**
 * Serves the API. Beyond loopback only with a key.
 * @throws FORBIDDEN without a key beyond loopback; CONFLICT where the port is taken; INPUT_INVALID for an address that
 * is not to be had
 */
export async function startServer(services: ApiServices, options: ServerOptions): Promise<RunningServer> {
  const { host, port, log = createLogger(services.config.logLevel) } = options;
  requireKeyBeyondLoopback(host, services.config.server.apiKey);
  const access = createAccessPolicy({ ...services.config.server, host });
  const closing = new AbortController();
  const app = createApp({ routes, services, access, log, closing: closing.signal });
  const server = createPatientServer({ ...PATIENCE, ...options.patience }, app);
  const endIdle = trackIdleConnections(server);
  const live = createLiveEvents(services.store, access, log);
  server.on("upgrade", (request, socket, head) => {
    if (request.headers.upgrade?.toLowerCase() === "websocket") live.handleUpgrade(request, socket, head);
    else ignoreUpgrade(server, request, socket, head);
  });
  try {
    await listen(server, host, port);
  } catch (error) {
    await live.close();
    throw error;
  }
  let closed: Promise<void> | undefined;
  const url = addressOf(server, host);
  log.info({ url }, "listening");
  return {
    url,
    close() {
      closed ??= closeServer(server, closing, endIdle, () => live.close());
      return closed;
    },
  };
}

function createPatientServer({ headersMs, requestMs, checkMs }: Patience, app: RequestListener): Server {
  const server = createServer(
    { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: checkMs },
    app,
  );
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.setTimeout(SILENCE_MS);
  return server;
}

function requireKeyBeyondLoopback(host: string, apiKey: string | undefined): void {
  if (isLoopback(host) || apiKey !== undefined) return;
  throw new MaskloomError(
    "FORBIDDEN",
    `host ${host}: other machines could reach the server, so it expects a key and got none; ` +
      "set MASKLOOM_API_KEY to at least 16 characters, or listen on 127.0.0.1",
  );
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (error) {
    throw describeListenError(error, host, port);
  }
}

function describeListenError(error: unknown, host: string, port: number): unknown {
  const where = `port ${port} of ${host}`;
  if (hasCode(error, "EADDRINUSE")) {
    return new MaskloomError(
      "CONFLICT",
      `${where} is in use by another program; stop that one, or choose another port with --port (0 picks a free one)`,
      { cause: error },
    );
  }
  if (hasCode(error, "EACCES")) {
    return new MaskloomError(
      "CONFLICT",
      `${where}: the system does not allow it to this user; choose a port above 1023 with --port`,
      { cause: error },
    );
  }
  if (["EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN", "EAFNOSUPPORT"].some((code) => hasCode(error, code))) {
    return new MaskloomError(
      "INPUT_INVALID",
      `host ${host}: expected an address of this machine, such as 127.0.0.1 or 0.0.0.0; it has none of that name`,
      { cause: error },
    );
  }
  return error;
}

/** Where a browser of this machine finds it: a wildcard is no address. */
function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const wildcards = new Map([
    ["0.0.0.0", "127.0.0.1"],
    ["::", "[::1]"],
  ]);
  const name = wildcards.get(host) ?? (host.includes(":") ? `[${host}]` : host);
  return `http://${name}:${port}`;
}

async function closeServer(
  server: Server,
  closing: AbortController,
  endIdle: () => void,
  closeLive: () => Promise<void>,
): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  closing.abort();
  endIdle();
  const sweeping = setInterval(endIdle, 50);
  const impatient = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await Promise.all([ended, closeLive()]);
  clearInterval(sweeping);
  clearTimeout(impatient);
}
