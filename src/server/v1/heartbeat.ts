import type { Socket } from "node:net";
import type { WebSocket } from "ws";

export interface Heartbeat {
  /** @returns a function that stops watching */
  watch(client: WebSocket, socket: Socket): () => void;
  stop(): void;
}

interface Pulse {
  readonly read: number;
  /** Bytes that the operating system had taken, and those that still waited, before the ping. */
  readonly taken: number;
  readonly waited: number;
  /** Beats without a sign of life. */
  readonly silent: number;
}

/** Programs that compute on the thread that reads may be deaf for a while. */
const MOST_SILENT = 2;

/**
 * Finds connections whose other end is gone without a word, or does not read: they are pinged, and ended where two beats
 * bring no sign of life. A frame that is slowly on its way, in either direction, is one: no pong can pass it.
 */
export function createHeartbeat(beatMs: number): Heartbeat {
  const watched = new Map<WebSocket, { readonly socket: Socket; pulse: Pulse | null }>();
  const timer = setInterval(() => {
    for (const [client, entry] of watched) {
      /* One that waits for its turn is not read on purpose. */
      if (client.isPaused || client.readyState !== client.OPEN) continue;
      const pulse = feelPulse(entry.socket, entry.pulse);
      if (pulse.silent >= MOST_SILENT) {
        client.terminate();
        continue;
      }
      client.ping();
      entry.pulse = pulse;
    }
  }, beatMs).unref();
  return {
    watch(client, socket) {
      watched.set(client, { socket, pulse: null });
      return () => watched.delete(client);
    },
    stop: () => clearInterval(timer),
  };
}

function feelPulse({ bytesRead, bytesWritten, writableLength }: Socket, last: Pulse | null): Pulse {
  const taken = bytesWritten - writableLength;
  const isAlive = last === null || bytesRead !== last.read || (last.waited > 0 && taken !== last.taken);
  return { read: bytesRead, taken, waited: writableLength, silent: isAlive ? 0 : last.silent + 1 };
}
