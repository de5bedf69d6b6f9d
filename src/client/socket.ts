/** What is needed of a WebSocket, which browsers, Node 22 and the package ws all have. */
export interface Socket {
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close" | "error", listener: () => void): void;
  close(): void;
}

type SocketClass = new (url: URL | string, protocols: string[]) => Socket;

/** The platform's own WebSocket; Node 20 has none, and the package ws stands in. */
export async function openSocket(url: URL, protocols: string[]): Promise<Socket> {
  const own: unknown = Reflect.get(globalThis, "WebSocket");
  const WebSocketClass = typeof own === "function" ? (own as SocketClass) : await importWs();
  return new WebSocketClass(url.href, protocols);
}

async function importWs(): Promise<SocketClass> {
  const { WebSocket } = await import("ws");
  return WebSocket as unknown as SocketClass;
}
