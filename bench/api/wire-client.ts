import { randomUUID } from "node:crypto";
import { once } from "node:events";
import WebSocket from "ws";
import { z } from "zod";

const Frame = z.looseObject({
  data: z.array(z.looseObject({ taskUUID: z.string().optional(), pong: z.boolean().optional() })).optional(),
  errors: z.array(z.looseObject({ taskUUID: z.string().optional(), message: z.string() })).optional(),
});

/** A client of the wire that counts: every answer must be to a task of its own, and the only one. */
export interface WireClient {
  /** Milliseconds from the frame that asks to the frame that answers. */
  mask(model: string, picture: Buffer): Promise<number>;
  /** Milliseconds until the pong. */
  ping(): Promise<number>;
  /** Answers that nobody had asked for, or that came again. */
  readonly strays: () => number;
  close(): Promise<void>;
}

export async function connectWireClient(url: string): Promise<WireClient> {
  const socket = new WebSocket(`${url.replace("http:", "ws:")}/v1`);
  const asked = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const pongs: (() => void)[] = [];
  let strays = 0;
  await once(socket, "open");
  const authenticated = once(socket, "message");
  socket.send(JSON.stringify([{ taskType: "authentication", apiKey: "any" }]));
  await authenticated;
  socket.on("message", (bytes) => {
    const { data = [], errors = [] } = Frame.parse(JSON.parse(String(bytes)));
    for (const { taskUUID = "", pong } of data) {
      if (pong === true) pongs.shift()?.();
      else if (asked.has(taskUUID)) asked.get(taskUUID)?.resolve();
      else strays += 1;
      asked.delete(taskUUID);
    }
    for (const { taskUUID = "", message } of errors) asked.get(taskUUID)?.reject(new Error(message));
  });
  const timed = async (begin: (resolve: () => void, reject: (error: Error) => void) => void) => {
    const start = performance.now();
    await new Promise<void>(begin);
    return performance.now() - start;
  };
  return {
    strays: () => strays,
    mask(model, picture) {
      const taskUUID = randomUUID();
      const task = { taskType: "imageMasking", taskUUID, model, inputImage: picture.toString("base64") };
      const text = JSON.stringify([{ ...task, outputFormat: "PNG", outputType: "base64Data" }]);
      return timed((resolve, reject) => {
        asked.set(taskUUID, { resolve, reject });
        socket.send(text);
      });
    },
    ping: () =>
      timed((resolve) => {
        pongs.push(resolve);
        socket.send('[{"taskType":"ping","ping":true}]');
      }),
    async close() {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}
