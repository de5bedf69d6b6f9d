import { once } from "node:events";
import WebSocket from "ws";
import { z } from "zod";

const Item = z.looseObject({ taskType: z.string().optional(), taskUUID: z.string().optional() });
const Fault = Item.extend({ code: z.string(), message: z.string() });
const Frame = z.strictObject({
  data: z.array(Item).optional(),
  errors: z.array(Fault).optional(),
  /** Of a failed authentication only. */
  error: z.looseObject({ code: z.string() }).optional(),
});
export type Frame = z.output<typeof Frame>;

export const readFrame = (text: string): Frame => Frame.parse(JSON.parse(text));

/** A client that knows nothing but the wire, and sees every frame. */
export interface WireSocket {
  /** What has arrived and was not taken by `next`. */
  readonly waiting: readonly Frame[];
  send(tasks: unknown): void;
  sendBytes(bytes: Uint8Array | string, options?: { readonly binary: boolean }): void;
  next(): Promise<Frame>;
  /** What arrives before the answer to a ping that is sent now. */
  beforePong(): Promise<Frame[]>;
  readonly closed: Promise<number>;
  end(): Promise<void>;
  /** As when the network is gone: no close frame is sent. */
  cut(): void;
}

export async function openWireSocket(url: string): Promise<WireSocket> {
  const socket = new WebSocket(url);
  const waiting: Frame[] = [];
  const takers: ((frame: Frame) => void)[] = [];
  let isClosed = false;
  const closed = new Promise<number>((resolve) =>
    socket.on("close", (code) => {
      isClosed = true;
      resolve(code);
    }),
  );
  socket.on("error", () => undefined);
  socket.on("message", (bytes) => {
    const frame = readFrame(String(bytes));
    const taker = takers.shift();
    if (taker === undefined) waiting.push(frame);
    else taker(frame);
  });
  await once(socket, "open");
  const next = (): Promise<Frame> => {
    const frame = waiting.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    if (isClosed) return Promise.reject(new Error("the connection is closed"));
    const failed = closed.then((code) => Promise.reject(new Error(`the connection was closed: ${code}`)));
    return Promise.race([new Promise<Frame>((resolve) => takers.push(resolve)), failed]);
  };
  const send = (tasks: unknown) => socket.send(JSON.stringify(tasks));
  return {
    waiting,
    closed,
    next,
    send,
    sendBytes: (bytes, options) => socket.send(bytes, { binary: options?.binary ?? false }),
    async beforePong() {
      send([{ taskType: "ping", ping: true }]);
      const frames: Frame[] = [];
      for (;;) {
        const frame = await next();
        if (frame.data?.[0]?.["pong"] === true) return frames;
        frames.push(frame);
      }
    },
    async end() {
      socket.close();
      await closed;
    },
    cut: () => socket.terminate(),
  };
}

export async function openAuthenticated(url: string, apiKey: string): Promise<WireSocket> {
  const socket = await openWireSocket(url);
  socket.send([{ taskType: "authentication", apiKey }]);
  const { data } = await socket.next();
  if (typeof data?.[0]?.["connectionSessionUUID"] !== "string") throw new Error("not authenticated");
  return socket;
}
