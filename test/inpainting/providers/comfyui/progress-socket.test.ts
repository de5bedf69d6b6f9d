import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import {
  openProgressSocket,
  type ProgressSocket,
} from "../../../../src/inpainting/providers/comfyui/progress-socket.ts";
import { settingsOf } from "../http/http-peer.ts";

const CALL = "7c9a1f52-2f0f-4a2e-9a54-0d2f6a7b8c9d";
const PREVIEW = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 7]);

/* Messages as in server.py and execution.py of Comfy-Org/ComfyUI: only `executing`, `executed` and `progress` have a node. */
describe("what a ComfyUI tells", () => {
  let server: WebSocketServer;
  let client: WebSocket;
  let socket: ProgressSocket;
  let told: unknown[];

  beforeEach(async () => {
    told = [];
    server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    const connected = once(server, "connection");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    socket = openProgressSocket(
      settingsOf({ id: "comfy", kind: "comfyui", url }),
      CALL,
      {
        onProgress: (id, step, steps) => told.push([id, step, steps]),
        onPreview: (id, picture) => told.push([id, ...picture]),
        onNews: () => told.push("news"),
      },
      { isTakenUp: false },
    );
    [client] = (await connected) as [WebSocket];
  });
  afterEach(() => {
    socket.close();
    server.close();
  });

  const say = (type: string, data: object) => client.send(JSON.stringify({ type, data }));
  const heard = (what: readonly unknown[]) => expect.poll(() => told, { timeout: 10_000 }).toEqual(what);

  it("is heard where it is of no node, too", async () => {
    say("status", { status: { exec_info: { queue_remaining: 1 } }, sid: CALL });
    say("execution_start", { prompt_id: CALL, timestamp: 1 });
    say("execution_cached", { nodes: [], prompt_id: CALL, timestamp: 1 });
    await heard(["news", "news", "news"]);
    client.send(PREVIEW);
    say("progress", { value: 5, max: 20, prompt_id: CALL, node: "7" });
    say("progress_state", { prompt_id: CALL, nodes: { 7: { value: 5, max: 20 } } });
    say("execution_success", { prompt_id: CALL, timestamp: 2 });
    await heard(["news", "news", "news", [CALL, 7], [CALL, 5, 20], "news"]);
    /* It is of nobody that we know of. */
    client.send(PREVIEW);
    say("status", { status: { exec_info: { queue_remaining: 0 } } });
    await heard(["news", "news", "news", [CALL, 7], [CALL, 5, 20], "news", "news"]);
  });
});
