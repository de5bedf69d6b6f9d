import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { MaskloomError } from "../../errors.ts";
import { Connection } from "../../protocol/connection.ts";
import { CLOSE, type Link } from "../../protocol/outbox.ts";
import { refuseBadHandshakes, refuseUpgrade } from "../refuse-upgrade.ts";
import { watchFrames } from "./frame-turns.ts";
import { createHeartbeat, type Heartbeat } from "./heartbeat.ts";
import { taskContextOf } from "./task-context.ts";
import type { Wire } from "./wire.ts";

export interface WireSockets {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells the clients that the server goes away, and makes sure of it. */
  close(): Promise<void>;
}

/** Milliseconds. */
export interface WireSocketPatience {
  /** Without a message either way, and with no answer owed. */
  readonly idleMs: number;
  readonly beatMs: number;
}

const PATIENCE: WireSocketPatience = { idleMs: 120_000, beatMs: 30_000 };
const MOST_CONNECTIONS = 4_096;
/** For the other end's part of a close. */
const CLOSE_TIMEOUT_MS = 5_000;
const CLOSE_GRACE_MS = 2_000;
const NORMAL = 1000;

/** The wire over WebSockets. Only what belongs to sockets is here; what is said over them is the protocol's. */
export function createWireSockets(wire: Wire, patience: Partial<WireSocketPatience> = {}): WireSockets {
  const { idleMs, beatMs } = { ...PATIENCE, ...patience };
  const options = {
    noServer: true,
    maxPayload: wire.mostBytes,
    perMessageDeflate: false,
    skipUTF8Validation: true, // the protocol does it, and says so before it closes
    closeTimeout: CLOSE_TIMEOUT_MS,
    handleProtocols: () => false as const,
  };
  const sockets = new WebSocketServer(options);
  refuseBadHandshakes(sockets, wire.log);
  const heartbeat = createHeartbeat(beatMs);
  const accept = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    wire.access.checkSource(request.headers);
    if (wire.closing.aborted || sockets.clients.size >= MOST_CONNECTIONS) {
      throw new MaskloomError("ENGINE_UNAVAILABLE", "/v1: too many connections, or the server is closing");
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      if (socket instanceof Socket) serve(wire, client, { request, socket, heartbeat, idleMs });
    });
  };
  return {
    handleUpgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      try {
        accept(request, socket, head);
      } catch (error) {
        refuseUpgrade(socket, error, wire.log);
      }
    },
    async close() {
      heartbeat.stop();
      wire.sessions.close();
      for (const client of sockets.clients) client.close(CLOSE.goingAway, "the server is closing");
      const impatient = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, CLOSE_GRACE_MS);
      await new Promise((resolve) => sockets.close(resolve));
      clearTimeout(impatient);
    },
  };
}

interface Served {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly heartbeat: Heartbeat;
  readonly idleMs: number;
}

function serve(wire: Wire, client: WebSocket, { request, socket, heartbeat, idleMs }: Served): void {
  const idle = setTimeout(() => {
    if (connection.isBusy || client.isPaused) idle.refresh();
    else client.close(NORMAL, `no message for ${idleMs / 1000} s`);
  }, idleMs).unref();
  const isKnown = (): boolean => connection.isKnown;
  const connection = new Connection(linkOf(client, idle, isKnown), {
    ...wire,
    address: socket.remoteAddress ?? "",
    task: taskContextOf(request, wire.config.server),
  });
  const address = socket.remoteAddress ?? "";
  watchFrames(client, socket, wire, () => connection.owner ?? (connection.isKnown ? address : null));
  const stopBeating = heartbeat.watch(client, socket);
  client.on("message", (data, isBinary) => {
    connection.receive(bytesOf(data), !isBinary);
    /* A stranger may not keep a connection for longer, whatever it says. */
    if (connection.isKnown) idle.refresh();
  });
  client.on("pong", (text) => connection.pong(text.toString("latin1")));
  client.on("error", () => undefined); // ws closes with the code of what was wrong
  client.on("close", () => {
    clearTimeout(idle);
    stopBeating();
    connection.disconnect();
  });
}

function linkOf(client: WebSocket, idle: NodeJS.Timeout, isKnown: () => boolean): Link {
  return {
    send(text, sent) {
      client.send(text, (error) => {
        if (error) return;
        if (isKnown()) idle.refresh();
        sent();
      });
    },
    probe(text) {
      if (client.readyState === client.OPEN) client.ping(text);
    },
    close: (code, reason) => client.close(code, reason),
  };
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
