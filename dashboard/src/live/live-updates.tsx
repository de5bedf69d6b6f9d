import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { readKey, socketProtocols } from "../api/session.ts";
import { type ConnectionState, type LiveSocket, openLiveConnection } from "./live-connection.ts";
import { createRefresher } from "./refresher.ts";

const StateContext = createContext<ConnectionState>("connecting");

/** Whether what is shown is up to date by itself. */
export function useConnectionState(): ConnectionState {
  return useContext(StateContext);
}

/** Keeps everything below it up to date, over one connection. */
export function LiveUpdates({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<ConnectionState>("connecting");
  const key = readKey();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is another connection
  useEffect(() => {
    const refresher = createRefresher(client, { schedule });
    const connection = openLiveConnection({
      ...refresher,
      openSocket,
      onState: setState,
      schedule,
      random: Math.random,
    });
    const look = () => {
      if (document.visibilityState === "visible") connection.retryNow();
    };
    window.addEventListener("online", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("online", look);
      document.removeEventListener("visibilitychange", look);
      connection.close();
      refresher.close();
    };
  }, [client, key]);
  return <StateContext value={state}>{children}</StateContext>;
}

function openSocket(after: string | null): LiveSocket {
  const url = new URL("/api/events", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  if (after !== null) url.searchParams.set("after", after);
  const webSocket = new WebSocket(url, socketProtocols());
  const socket: LiveSocket = { onmessage: null, onclose: null, close: () => webSocket.close() };
  webSocket.onmessage = (message: MessageEvent<unknown>) => socket.onmessage?.(message);
  webSocket.onclose = (event) => socket.onclose?.(event);
  return socket;
}

function schedule(task: () => void, delayMs: number): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}
