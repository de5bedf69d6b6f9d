import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import { CLOSE } from "../../protocol/outbox.ts";
import type { SendingTurns, Turn } from "../sending-turns.ts";
import type { Wire } from "./wire.ts";

/** Frames of this size wait for nobody. */
const SMALL_BYTES = 1024 * 1024;

/**
 * Bounds what half-received frames take: beyond a mebibyte a frame takes a turn, and while there is none to be had its
 * connection is not read. A client that has not shown a key gets none at all.
 * @param whose connection it is, by whatever tells clients apart; null before it has shown a key
 */
export function watchFrames(
  client: WebSocket,
  socket: Socket,
  { turns, mostBytes }: Pick<Wire, "turns" | "mostBytes">,
  whose: () => string | null,
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
    const owner = whose();
    if (owner !== null) {
      turn = takeTurn(client, socket, turns.known, { client: owner, owed: mostBytes });
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

function takeTurn(
  client: WebSocket,
  socket: Socket,
  turns: SendingTurns,
  sender: { readonly client: string; readonly owed: number },
): Turn {
  client.pause();
  const turn = turns.take({
    ...sender,
    received: () => socket.bytesRead,
    onTooSlow() {
      client.close(CLOSE.tryAgainLater, "a large frame came too slowly while others waited to send theirs");
      socket.destroySoon();
    },
  });
  void turn.begun.then(() => client.resume());
  return turn;
}
