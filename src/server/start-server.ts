import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { Config } from "../config/config.ts";
import { hasCode, MaskloomError } from "../errors.ts";
import type { Logger } from "../logging/log.ts";
import type { ToldMetrics } from "../metrics/merge.ts";
import type { MetricsText } from "../metrics/metrics-server.ts";
import type { TaskService } from "../protocol/task-service.ts";
import { type OpenTaskService, openTaskService } from "../runs/api/open-task-service.ts";
import { startFeeding } from "../runs/batches/start-feeding.ts";
import { openProcessLog } from "../runs/process-log.ts";
import { countKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { type AccessSettings, createAccessPolicy, isLoopback, isReachable } from "./access.ts";
import { createApp } from "./app.ts";
import { createCallers } from "./callers.ts";
import { DASHBOARD_FOLDER, readDashboard } from "./dashboard/read-dashboard.ts";
import { trackIdleConnections } from "./idle-connections.ts";
import { ignoreUpgrade } from "./ignore-upgrade.ts";
import { createLiveEvents } from "./live-events.ts";
import { answerMalformed } from "./malformed-requests.ts";
import type { ApiServices } from "./route.ts";
import { routes } from "./routes.ts";
import type { TurnPatience } from "./sending-turns.ts";
import { createServerMetrics } from "./server-metrics.ts";
import { createWire } from "./v1/wire.ts";
import { isWirePath, targetOf } from "./v1/wire-path.ts";
import { createWireSockets, type WireSocketPatience } from "./v1/wire-sockets.ts";

export interface ServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly log?: Logger;
  /** Metrics of processes that this one looks after. */
  readonly otherMetrics?: () => Promise<readonly ToldMetrics[]>;
  readonly patience?: Partial<Patience & WireSocketPatience & { readonly turns: TurnPatience }>;
  /** What performs the tasks of /v1, if it is not this installation. */
  readonly tasks?: TaskService;
  /** Where the built dashboard is. Default: this installation's; null serves none. */
  readonly dashboardFolder?: string | null;
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
  /** What `/metrics` tells. */
  metrics(): Promise<MetricsText>;
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
 * Serves the API. Where others can reach it, only to those who have a key.
 * @throws FORBIDDEN where keys are required and there are none; CONFLICT where the port is taken; INPUT_INVALID for an address that
 * is not to be had
 */
export async function startServer(
  given: Omit<ApiServices, "metrics">,
  options: ServerOptions,
): Promise<RunningServer> {
  const { host, port, log = openProcessLog(given.config) } = options;
  const metrics = createServerMetrics(given, log, options.otherMetrics ?? (async () => []));
  const settings = { ...given.config.server, host };
  const keyRequired = isKeyRequired(settings);
  const services = {
    ...given,
    metrics: metrics.text,
    pictures: given.pictures.servedBy({ ...settings, keyRequired }),
  };
  if (keyRequired && settings.apiKey === undefined) await requireKeys(services.store, settings);
  const access = createAccessPolicy(settings);
  const callers = createCallers(services.store, { apiKey: settings.apiKey, keyRequired });
  const closing = new AbortController();
  const tasks: TaskService & Partial<OpenTaskService> =
    options.tasks ?? openTaskService({ ...services, log });
  const feeding = startFeeding(services, {
    onError: (error) => log.error(error, "a batch could not be fed"),
  });
  const { config } = services;
  const turnPatience = options.patience?.turns;
  const wire = createWire({ config, access, callers, log, closing: closing.signal, tasks, turnPatience });
  const { dashboardFolder = DASHBOARD_FOLDER } = options;
  const dashboard = dashboardFolder === null ? null : readDashboard(dashboardFolder);
  const app = createApp({
    routes,
    services,
    access,
    callers,
    wire,
    dashboard,
    log,
    onAnswered: metrics.onAnswered,
    closing: closing.signal,
  });
  const server = createPatientServer({ ...PATIENCE, ...options.patience }, app);
  const endIdle = trackIdleConnections(server);
  const live = createLiveEvents(services.store, { access, callers }, log, {
    mostConnections: config.server.liveConnections,
  });
  const wireSockets = createWireSockets(wire, options.patience);
  const closeSockets = async () => {
    await Promise.all([live.close(), wireSockets.close(), tasks.close?.(), feeding.stop()]);
  };
  server.on("upgrade", (request, socket, head) => {
    const isWebSocket = request.headers.upgrade?.toLowerCase() === "websocket";
    const sockets = isWirePath(targetOf(request.url).path) ? wireSockets : live;
    if (isWebSocket) sockets.handleUpgrade(request, socket, head);
    else ignoreUpgrade(server, request, socket, head);
  });
  try {
    await listen(server, host, port);
  } catch (error) {
    await closeSockets();
    throw error;
  }
  let closed: Promise<void> | undefined;
  const url = addressOf(server, host);
  log.info({ url }, "listening");
  return {
    url,
    metrics: metrics.text,
    close() {
      closed ??= closeServer(server, closing, endIdle, closeSockets);
      return closed;
    },
  };
}

function createPatientServer({ headersMs, requestMs, checkMs }: Patience, app: RequestListener): Server {
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkMs,
      requireHostHeader: false, // the access policy says what is expected; Node would say a bare 400
    },
    app,
  );
  answerMalformed(server);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.setTimeout(SILENCE_MS);
  return server;
}

type KeySettings = AccessSettings & Pick<Config["server"], "apiKey" | "requireKeys">;

/** On loopback the configuration may decide; beyond it nobody gets in without a key. */
function isKeyRequired(settings: KeySettings): boolean {
  if (!isLoopback(settings.host)) return true;
  return settings.requireKeys ?? (settings.apiKey !== undefined || isReachable(settings));
}

async function requireKeys(store: Store, { host, publicUrl }: KeySettings): Promise<void> {
  if ((await countKeys(store.db)).usable > 0) return;
  const reason = isLoopback(host)
    ? `as ${publicUrl === undefined ? "MASKLOOM_REQUIRE_KEYS says" : `${publicUrl} it is meant for others`}`
    : "other machines could reach the server";
  throw new MaskloomError(
    "FORBIDDEN",
    `host ${host}: ${reason}, so it expects a key and there is none; make one with \`maskloom keys create\`, ` +
      "set MASKLOOM_API_KEY to at least 16 characters, or listen on 127.0.0.1 only",
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
