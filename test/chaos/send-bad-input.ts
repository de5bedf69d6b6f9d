import { connect } from "node:net";
import WebSocket from "ws";
import type { BadPicture } from "./bad-pictures.ts";
import type { BadRequest } from "./bad-requests.ts";
import { codeOf, wireCodeOf } from "./verdict.ts";

/* Sends what is bad, and says how it was answered: a code of docs/errors.md or of the wire, `taken`, or null. */

export async function sendPicture(
  baseUrl: string,
  { bytes }: BadPicture,
  signal: AbortSignal,
): Promise<string | null> {
  const form = new FormData();
  form.set("model", "mediapipe_face_short");
  form.set("image", new Blob([new Uint8Array(bytes)]), "a.png");
  const answer = await fetch(`${baseUrl}/api/detect`, { method: "POST", body: form, signal });
  return codeOf(answer.status, await answer.text());
}

export async function sendRequest(
  baseUrl: string,
  request: BadRequest,
  signal: AbortSignal,
): Promise<string | null> {
  if (request.kind === "raw") return sendRaw(baseUrl, request.bytes, signal);
  if (request.kind === "frame") return sendFrame(baseUrl, request.data, signal);
  const { method, path, headers, body } = request;
  const answer = await fetch(new URL(path, baseUrl), {
    method,
    headers,
    signal,
    ...(body === null ? {} : { body: new Uint8Array(body) }),
  });
  return codeOf(answer.status, await answer.text());
}

/** All that is written is answered, or the connection ends; what was no request at all gets no answer. */
function sendRaw(baseUrl: string, bytes: Buffer, signal: AbortSignal): Promise<string | null> {
  const { port, hostname } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: false }, () => {
      socket.end(bytes);
    });
    signal.addEventListener("abort", () => socket.destroy(new Error("no answer in time")));
    socket.setEncoding("latin1").on("data", (text: string) => {
      answer += text;
    });
    socket.on("error", (error) => (signal.aborted ? reject(error) : resolve(rawCodeOf(answer))));
    socket.on("close", () => resolve(rawCodeOf(answer)));
  });
}

function rawCodeOf(answer: string): string | null {
  if (answer === "") return "closed";
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? Number.NaN);
  return Number.isNaN(status) ? null : codeOf(status, answer.slice(answer.lastIndexOf("\r\n\r\n") + 4));
}

const PING = JSON.stringify([{ taskType: "ping", ping: true }]);

/** Whatever the message does, the connection answers a ping after it, or is closed with a reason. */
function sendFrame(baseUrl: string, data: Buffer, signal: AbortSignal): Promise<string | null> {
  const socket = new WebSocket(`${baseUrl.replace("http", "ws")}/v1`);
  return new Promise((resolve, reject) => {
    let code: string | null = "taken";
    const end = (how: string | null) => {
      socket.terminate();
      resolve(how);
    };
    signal.addEventListener("abort", () => {
      socket.terminate();
      reject(new Error("no answer in time"));
    });
    socket.on("open", () => {
      socket.send(data.toString("utf8"));
      socket.send(PING);
    });
    socket.on("message", (message) => {
      const { data: items = [], errors = [] } = JSON.parse(String(message)) as {
        data?: { taskType?: string; pong?: boolean }[];
        errors?: { code?: unknown }[];
      };
      for (const error of errors) code = code === null ? null : wireCodeOf(error.code);
      if (items.some(({ pong }) => pong === true)) end(code);
    });
    socket.on("close", (status) => end(status === 1011 ? null : (code ?? null)));
    socket.on("error", reject);
  });
}
