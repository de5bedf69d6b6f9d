import type { QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useSyncExternalStore } from "react";
import { LIVE_PROTOCOL } from "../../../src/contracts/live-protocol.ts";
import { noteServerTime } from "../components/clock.ts";
import {
  type ConnectionState,
  type LiveConnection,
  type LiveSocket,
  openLiveConnection,
} from "./live-connection.ts";
import { createRefresher } from "./refresher.ts";

/** Keeps what is on the page up to date. One for as long as the page is open, whatever comes and goes on it. */
export interface LiveUpdates {
  /** Connects as whoever has signed in; does nothing where it is under way. */
  start(): void;
  stop(): void;
  read(): ConnectionState;
  subscribe(listener: () => void): () => void;
}

/** @param onRefused the server may want another key: whoever knows how asks it */
export function createLiveUpdates(client: QueryClient, onRefused: () => void): LiveUpdates {
  const listeners = new Set<() => void>();
  let state: ConnectionState = "connecting";
  let connection: LiveConnection | null = null;
  const refresher = createRefresher(client, { schedule });
  const setState = (next: ConnectionState) => {
    state = next;
    for (const tell of listeners) tell();
  };
  const look = () => {
    if (document.visibilityState === "visible") connection?.retryNow();
  };
  window.addEventListener("online", look);
  document.addEventListener("visibilitychange", look);
  return {
    start() {
      connection ??= openLiveConnection({
        ...refresher,
        openSocket,
        onTime: noteServerTime,
        onState: setState,
        onRefused,
        schedule,
        now: Date.now,
        random: Math.random,
      });
    },
    stop() {
      connection?.close();
      connection = null;
      setState("connecting");
    },
    read: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const LiveContext = createContext<LiveUpdates | null>(null);
export const LiveProvider = LiveContext.Provider;

export function useLiveUpdates(): LiveUpdates {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("useLiveUpdates: expected a LiveProvider around it");
  return live;
}

/** Whether what is shown is up to date by itself. */
export function useConnectionState(): ConnectionState {
  const { subscribe, read } = useLiveUpdates();
  return useSyncExternalStore(subscribe, read);
}

function openSocket(after: string | null): LiveSocket {
  const url = new URL("/api/events", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("workers", "true");
  if (after !== null) url.searchParams.set("after", after);
  const webSocket = new WebSocket(url, [LIVE_PROTOCOL]);
  const socket: LiveSocket = { onmessage: null, onclose: null, close: () => webSocket.close() };
  webSocket.onmessage = (message: MessageEvent<unknown>) => socket.onmessage?.(message);
  webSocket.onclose = (event) => socket.onclose?.(event);
  return socket;
}

function schedule(task: () => void, delayMs: number): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}
