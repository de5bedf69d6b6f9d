import { LIVE_KEY_PREFIX, LIVE_PROTOCOL, LiveMessage } from "../contracts/api.ts";
import type { Event } from "../contracts/run.ts";
import { MaskloomError } from "../errors.ts";
import { type Connection, errorOf } from "./connection.ts";
import { openSocket, type Socket } from "./socket.ts";

export interface EventOptions {
  /** Events after this cursor; without it, those from now on. */
  readonly after?: string;
  readonly batch?: string;
  readonly run?: string;
  readonly signal?: AbortSignal;
  /** Hears where the stream stands as soon as it is connected: what happens from then on will come. */
  readonly onOpen?: (cursor: string) => void;
}

const EVENTS_PATH = "api/events";
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
/** A consumer that is slower than this lets go of the connection and resumes when it has caught up. */
const MOST_WAITING = 5_000;

/**
 * Live events, none left out and none twice over any number of lost connections: each carries its cursor, and a new
 * connection resumes after the last one. Ends when `signal` aborts or the consumer stops.
 * @throws MaskloomError where the server refuses for good: the key, the query
 */
export async function* streamEvents(connection: Connection, options: EventOptions): AsyncGenerator<Event> {
  const { signal = new AbortController().signal, batch, run } = options;
  let cursor = options.after;
  let delayMs = FIRST_DELAY_MS;
  while (!signal.aborted) {
    const socket = await connect(connection, { after: cursor, batch, run });
    const inbox = fillInbox(socket, signal);
    try {
      for (let message = await inbox.next(); message !== null; message = await inbox.next()) {
        delayMs = FIRST_DELAY_MS;
        if (message.type === "hello") {
          cursor = message.cursor;
          options.onOpen?.(cursor);
        } else if (message.type === "event") {
          cursor = message.event.cursor;
          yield message.event;
        }
      }
    } finally {
      inbox.close();
    }
    if (signal.aborted) return;
    if (!inbox.overflowed()) {
      await checkRefusal(connection, { after: cursor, batch, run }, signal);
      await pause(delayMs * (0.5 + Math.random() / 2), signal);
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
    }
  }
}

type EventFilterQuery = Readonly<Record<"after" | "batch" | "run", string | undefined>>;

async function connect(connection: Connection, query: EventFilterQuery): Promise<Socket> {
  const url = connection.urlOf(EVENTS_PATH, query);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const { apiKey } = connection;
  const key = apiKey === undefined ? [] : [LIVE_KEY_PREFIX + base64Url(apiKey)];
  return openSocket(url, [LIVE_PROTOCOL, ...key]);
}

/** Browsers tell nothing about a refused WebSocket, so the same address is asked plainly: 426 means it would be granted. */
async function checkRefusal(
  connection: Connection,
  query: EventFilterQuery,
  signal: AbortSignal,
): Promise<void> {
  const response = await connection.raw(EVENTS_PATH, { query, signal }).catch(() => null);
  if (response === null) return; // nobody there: tried again
  const isRefusal = response.status >= 400 && response.status < 500 && response.status !== 426;
  if (isRefusal) throw await errorOf(response, EVENTS_PATH);
  await response.body?.cancel();
}

interface Inbox {
  /** The next message; null when the connection has ended and everything that came was taken. */
  next(): Promise<LiveMessage | null>;
  overflowed(): boolean;
  close(): void;
}

function fillInbox(socket: Socket, signal: AbortSignal): Inbox {
  const waiting: unknown[] = [];
  let ended = false;
  let overflow = false;
  let wake: () => void = () => undefined;
  const end = () => {
    ended = true;
    wake();
  };
  const abort = () => {
    waiting.length = 0;
    socket.close();
    end();
  };
  socket.addEventListener("message", ({ data }) => {
    if (ended) return;
    waiting.push(data);
    if (waiting.length >= MOST_WAITING) {
      overflow = true;
      socket.close();
      end();
    }
    wake();
  });
  socket.addEventListener("close", end);
  socket.addEventListener("error", end);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  return {
    async next() {
      while (waiting.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const data = waiting.shift();
      return data === undefined ? null : parseMessage(data);
    },
    overflowed: () => overflow,
    close() {
      signal.removeEventListener("abort", abort);
      socket.close();
    },
  };
}

function parseMessage(data: unknown): LiveMessage {
  const parsed = LiveMessage.safeParse(JSON.parse(String(data)));
  if (parsed.success) return parsed.data;
  throw new MaskloomError(
    "OUTPUT_INVALID",
    "events: the server sent a message that this client does not know",
  );
}

/** Text of any characters; btoa takes bytes only. */
function base64Url(text: string): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
