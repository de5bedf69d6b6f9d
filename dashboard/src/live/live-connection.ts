import type { LiveMessage } from "../../../src/contracts/api.ts";
import type { Event } from "../../../src/contracts/run.ts";
import { createWatchdog } from "./watchdog.ts";

/** `connecting` only at first: a connection that was lost is `offline` until it is there again. */
export type ConnectionState = "connecting" | "online" | "offline" | "unauthorized";

/** As much of a WebSocket as is needed, so that tests can be one. */
export interface LiveSocket {
  onmessage: ((message: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  close(): void;
}

export interface LiveContext {
  /** @param after the cursor to resume after, null for events from now on */
  openSocket(after: string | null): LiveSocket;
  onEvent(event: Event): void;
  /** What the server's clock says. @param serverMs since 1970 */
  onTime(serverMs: number): void;
  /** Workers said that they live, or one left. */
  onWorkers(): void;
  /** Somebody changed what is set up here, or who may use it. */
  onInstallation(): void;
  /** Connected, for the first time or again: what was loaded before may have missed something. */
  onOpen(): void;
  onState(state: ConnectionState): void;
  /** It was closed before it was open, or the server said that the key is not good any more: who we are has to be asked. */
  onRefused(): void;
  /** @returns what takes it back */
  schedule(task: () => void, delayMs: number): () => void;
  /** Milliseconds of a clock that goes on while the machine sleeps. */
  now(): number;
  /** 0..1 */
  random(): number;
}

export interface LiveConnection {
  /**
   * Tries at once instead of when its turn comes: the network is back, or somebody looks at the page again. A connection that
   * should have been heard of meanwhile is taken for dead.
   */
  retryNow(): void;
  close(): void;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
/** Whoever was away for longer is not told all that happened meanwhile: everything is loaded anew in any case. */
const LONGEST_RESUMED_MS = 5 * 60_000;
/** A server that takes the connection and says nothing is none. */
const GREETING_MS = 10_000;
/** The server's close code for a key that was revoked. */
const UNAUTHORIZED = 3000;
/** RFC 6455, 7.4.1: ended without a close frame. */
const ABNORMAL = 1006;

/**
 * One WebSocket that is opened again whenever it is lost, and goes on after the last event that came, or from now on where that
 * is long ago. The cursor lives as long as this object does.
 */
export function openLiveConnection(context: LiveContext): LiveConnection {
  const place = createPlace(context.now);
  const backoff = createBackoff(context.random);
  let socket: LiveSocket | null = null;
  let takeBack: () => void = () => undefined;
  let isOpen = false;
  let closed = false;

  const connect = () => {
    takeBack();
    isOpen = false;
    const opened = context.openSocket(place.resumed());
    socket = opened;
    takeBack = context.schedule(abandon, GREETING_MS);
    opened.onmessage = ({ data }) => {
      if (socket === opened) receive(data);
    };
    opened.onclose = ({ code }) => {
      if (socket === opened) lose(code);
    };
  };

  const receive = (data: unknown) => {
    const message = JSON.parse(String(data)) as LiveMessage;
    watchdog.heard();
    place.heard(message);
    if (message.type === "event") return context.onEvent(message.event);
    if (message.type === "workers") return context.onWorkers();
    if (message.type === "installation") return context.onInstallation();
    if (message.type === "heartbeat") return;
    takeBack();
    watchdog.begin(message.heartbeatMs);
    backoff.reset();
    isOpen = true;
    context.onTime(Date.parse(message.now));
    context.onState("online");
    context.onOpen();
  };

  const lose = (code: number) => {
    socket = null;
    takeBack();
    watchdog.stop();
    if (closed) return;
    if (code === UNAUTHORIZED) {
      context.onState("unauthorized");
      return context.onRefused();
    }
    context.onState("offline");
    /* A browser does not tell an upgrade that was refused from a server that is away. */
    if (!isOpen) context.onRefused();
    takeBack = context.schedule(connect, backoff.next());
  };

  /** A browser may wait for minutes until it tells that such a connection is closed. */
  const abandon = () => {
    const dead = socket;
    socket = null;
    dead?.close();
    lose(ABNORMAL);
  };

  const watchdog = createWatchdog(context, abandon);

  connect();
  return {
    retryNow() {
      if (closed || (socket !== null && !watchdog.isOverdue())) return;
      if (socket !== null) abandon();
      connect();
    },
    close() {
      closed = true;
      takeBack();
      watchdog.stop();
      socket?.close();
    },
  };
}

/** Where in the log one is, and since when. */
function createPlace(now: () => number) {
  let cursor: string | null = null;
  let heardAt = now();
  return {
    heard(message: LiveMessage) {
      heardAt = now();
      if (message.type === "hello") cursor = message.cursor;
      if (message.type === "event") cursor = message.event.cursor;
    },
    resumed: () => (now() - heardAt > LONGEST_RESUMED_MS ? null : cursor),
  };
}

/** Longer each time, half of it by chance, so that pages do not come back together. */
function createBackoff(random: () => number): { next(): number; reset(): void } {
  let delayMs = FIRST_DELAY_MS;
  return {
    next() {
      const delay = delayMs * (0.5 + random() / 2);
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
      return delay;
    },
    reset() {
      delayMs = FIRST_DELAY_MS;
    },
  };
}
