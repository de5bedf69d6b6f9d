import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { EventQuery, LIVE_PROTOCOL, type LiveMessage } from "../contracts/api.ts";
import type { Caller } from "../contracts/caller.ts";
import type { Event } from "../contracts/run.ts";
import { MaskloomError, parseAs } from "../errors.ts";
import type { Logger } from "../logging/log.ts";
import { followEvents } from "../runs/follow.ts";
import { currentCursor, databaseTime, type EventFilter, resumeCursor } from "../store/events.ts";
import type { Store } from "../store/store.ts";
import type { AccessPolicy } from "./access.ts";
import type { Callers } from "./callers.ts";
import { createLivePlaces, type LivePlaces } from "./live-places.ts";
import { refuseBadHandshakes, refuseUpgrade } from "./refuse-upgrade.ts";
import { EVENTS_PATH } from "./routes.ts";
import { targetOf } from "./v1/wire-path.ts";

const HEARTBEAT_MS = 20_000;
/** Clients have nothing to say here. */
const MOST_RECEIVED_BYTES = 1024;
/** Of no owner, and of all: what pages are told beside events. */
const NEWS = ["workers", "installation"] as const;
/** Heartbeats of many workers are one piece of news. */
const NEWS_MS = 1_000;
const CLOSE_GRACE_MS = 2_000;
/** RFC 6455, 7.4.1; 3000 is IANA's for a lost authorization. */
const CLOSE = { goingAway: 1001, internal: 1011, unauthorized: 3000 } as const;

export interface LiveEvents {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells the clients that the server goes away, and makes sure of it. */
  close(): Promise<void>;
}

/** What letting a client in takes. */
interface Doors {
  readonly access: AccessPolicy;
  readonly callers: Callers;
  readonly places: LivePlaces;
}

interface Subscription {
  readonly caller: Caller;
  readonly filter: EventFilter;
  readonly cursor: string;
  readonly wantsNews: boolean;
}

interface LiveSettings {
  /** At a time. */
  readonly mostConnections: number;
  /** How often each side hears that the other one is there. */
  readonly heartbeatMs?: number;
}

/** Live events over WebSockets: every message waits until the one before has left, so that little waits for a slow reader. */
export function createLiveEvents(
  store: Store,
  { access, callers }: Omit<Doors, "places">,
  log: Logger,
  { mostConnections, heartbeatMs = HEARTBEAT_MS }: LiveSettings,
): LiveEvents {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_RECEIVED_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(LIVE_PROTOCOL) ? LIVE_PROTOCOL : false),
  });
  refuseBadHandshakes(sockets, log);
  const heartbeat = startHeartbeat(sockets, heartbeatMs);
  const doors: Doors = { access, callers, places: createLivePlaces(mostConnections) };
  let closed = false;

  const enter = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    if (closed) throw new MaskloomError("ENGINE_UNAVAILABLE", "live events: the server is closing");
    const subscription = await subscribe(store, doors, request, socket);
    if (socket.destroyed) return;
    sockets.handleUpgrade(request, socket, head, (client) => {
      const stopWatching = callers.watch(subscription.caller, () =>
        client.close(CLOSE.unauthorized, "the API key was revoked"),
      );
      client.on("close", stopWatching);
      client.on("close", callers.watchSession(subscription.caller, request.headers, signedOut(client)));
      void serve(store, client, { ...subscription, heartbeatMs }, log);
    });
  };

  return {
    handleUpgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      enter(request, socket, head).catch((error: unknown) => refuseUpgrade(socket, error, log));
    },
    async close() {
      closed = true;
      clearInterval(heartbeat);
      for (const client of sockets.clients) client.close(CLOSE.goingAway, "the server is closing");
      const impatient = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, CLOSE_GRACE_MS);
      await new Promise((resolve) => sockets.close(resolve));
      clearTimeout(impatient);
    },
  };
}

const signedOut = (client: WebSocket) => () => client.close(CLOSE.unauthorized, "the session is over");

/** Everything that can be refused is refused before the upgrade, while an HTTP status can still say why. */
async function subscribe(
  store: Store,
  { access, callers, places }: Doors,
  request: IncomingMessage,
  socket: Duplex,
): Promise<Subscription> {
  access.checkSource(request.headers);
  const { path, query } = targetOf(request.url);
  if (path !== EVENTS_PATH) {
    throw new MaskloomError("NOT_FOUND", `WebSocket of ${path}: there is none; expected ${EVENTS_PATH}`);
  }
  const caller = await callers.identify(request.headers, request.socket.remoteAddress, false);
  /* Who is not known takes nobody's; and after a restart all pages come back at once, so those that are being let in count. */
  holdPlace(socket, places.take(caller.owner));
  const { after, batch, run, workers } = parseAs(EventQuery, Object.fromEntries(query), "query");
  const filter: EventFilter = {
    owner: caller.owner,
    ...(batch === undefined ? {} : { batch }),
    ...(run === undefined ? {} : { run }),
  };
  const cursor = await (after === undefined ? currentCursor(store.db) : resumeCursor(store.db, after));
  return { caller, filter, cursor, wantsNews: workers };
}

function holdPlace(socket: Duplex, give: () => void): void {
  if (socket.destroyed) give();
  else socket.once("close", give);
}

async function serve(
  store: Store,
  client: WebSocket,
  { filter, cursor, wantsNews, heartbeatMs }: Subscription & { readonly heartbeatMs: number },
  log: Logger,
): Promise<void> {
  const gone = new AbortController();
  client.on("close", () => gone.abort());
  client.on("error", () => client.terminate());
  try {
    const now = (await databaseTime(store.db)).toISOString();
    await sendMessage(client, { type: "hello", cursor, heartbeatMs, now });
    if (wantsNews) for (const news of NEWS) client.on("close", tellNews(store, client, news));
    for await (const event of followEvents(store, filter, cursor, gone.signal)) {
      await sendText(client, textOf(event));
    }
  } catch (error) {
    if (gone.signal.aborted || client.readyState !== client.OPEN) return;
    log.warn({ err: error }, "live events of one client failed; it may resume after its last one");
    client.close(CLOSE.internal, "the events could not be read; resume after the last one");
  }
}

/** However much there is of it, a page is told once in a while; one that does not read is told later. @returns what ends it */
function tellNews(store: Store, client: WebSocket, news: (typeof NEWS)[number]): () => void {
  let waiting: NodeJS.Timeout | undefined;
  const tellSoon = () => {
    waiting ??= setTimeout(tell, NEWS_MS);
  };
  const tell = () => {
    waiting = undefined;
    if (client.readyState !== client.OPEN) return;
    if (client.bufferedAmount > 0) tellSoon();
    else sendMessage(client, { type: news }).catch(() => undefined);
  };
  const stopListening = store.wakeUps.on(news, tellSoon);
  return () => {
    stopListening();
    clearTimeout(waiting);
  };
}

/** Those that were read once for all pages are written once for all. */
const texts = new WeakMap<Event, string>();

function textOf(event: Event): string {
  const text = texts.get(event) ?? JSON.stringify({ type: "event", event } satisfies LiveMessage);
  texts.set(event, text);
  return text;
}

const sendMessage = (client: WebSocket, message: LiveMessage): Promise<void> =>
  sendText(client, JSON.stringify(message));

/** Resolves when the text has been handed to the operating system, which takes no more than the client reads. */
function sendText(client: WebSocket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.send(text, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * A client that has not answered the ping before is gone, or does not read. A browser shows its page no pings: a message of its own
 * says the same there, unless others are on their way already.
 */
function startHeartbeat(sockets: WebSocketServer, heartbeatMs: number): NodeJS.Timeout {
  const silent = new WeakSet<WebSocket>();
  return setInterval(() => {
    for (const client of sockets.clients) {
      if (silent.has(client)) {
        client.terminate();
        continue;
      }
      silent.add(client);
      client.once("pong", () => silent.delete(client));
      client.ping();
      if (client.readyState === client.OPEN && client.bufferedAmount === 0)
        sendMessage(client, { type: "heartbeat" }).catch(() => undefined);
    }
  }, heartbeatMs).unref();
}
