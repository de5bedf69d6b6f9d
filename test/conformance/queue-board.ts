import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { QueueBoard } from "../../src/queue/task-queues.ts";

interface BoardHost {
  get(path: string, accept?: string): Promise<Response>;
  put(path: string): Promise<Response>;
  close(): Promise<void>;
}

/** A board alone, at the root of a server of its own. */
export async function serveBoard(board: QueueBoard): Promise<BoardHost> {
  const server = createServer((request, response) =>
    board.handle(request, response, () => response.writeHead(404).end()),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    get: (path, accept = "*/*") => fetch(url + path, { headers: { accept } }),
    put: (path) =>
      fetch(url + path, { method: "PUT", body: "{}", headers: { "content-type": "application/json" } }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
