import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Knows the connections on which no request is being answered. Node's own closeIdleConnections leaves alone those that
 * were opened and never asked anything, as browsers keep some in reserve.
 * @returns a function that ends them, after what is written to them has left
 */
export function trackIdleConnections(server: Server): () => void {
  const idle = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    idle.add(socket);
    socket.once("close", () => idle.delete(socket));
  });
  server.on("request", ({ socket }, response) => {
    idle.delete(socket);
    response.once("close", () => {
      if (!socket.destroyed) idle.add(socket);
    });
  });
  server.on("upgrade", ({ socket }) => idle.delete(socket));
  return () => {
    for (const socket of idle) socket.destroySoon();
  };
}
