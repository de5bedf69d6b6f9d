import { once } from "node:events";
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import { CLOSE } from "../../protocol/outbox.ts";
import type { Wire } from "./wire.ts";

/** Frames of this size wait for nobody. */
const SMALL_BYTES = 1024 * 1024;
/** A slow upload of 64 MiB fits. */
const LONGEST_FRAME_MS = 300_000;

interface Turn {
  end(): void;
}

/**
 * Bounds what half-received frames take: beyond a mebibyte a frame takes a turn, and while there is none to be had its
 * connection is not read. A client that has not shown a key gets none at all.
 */
export function watchFrames(
  client: WebSocket,
  socket: Socket,
  { known: turns }: Wire["turns"],
  isKnown: () => boolean,
): void {
  let start = socket.bytesRead;
  let turn: Turn | null = null;
  const end = () => {
    start = socket.bytesRead;
    turn?.end();
    turn = null;
  };
  const check = () => {
    if (turn !== null || socket.bytesRead - start <= SMALL_BYTES) return;
    if (isKnown()) {
      turn = takeTurn(client, turns);
      return;
    }
    socket.off("data", check);
    client.close(CLOSE.policy, "the first frame is expected to be an authentication");
    socket.destroySoon();
  };
  socket.on("data", check);
  client.on("message", end);
  client.on("close", end);
}

function takeTurn(client: WebSocket, turns: Wire["turns"]["known"]): Turn {
  const ended = new AbortController();
  client.pause();
  void turns(async () => {
    if (ended.signal.aborted) return;
    client.resume();
    const impatient = setTimeout(() => client.terminate(), LONGEST_FRAME_MS).unref();
    await once(ended.signal, "abort");
    clearTimeout(impatient);
  });
  return { end: () => ended.abort() };
}
