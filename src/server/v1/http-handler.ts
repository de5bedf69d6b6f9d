import type { Request, RequestHandler, Response } from "express";
import type { Caller } from "../../contracts/caller.ts";
import { MaskloomError } from "../../errors.ts";
import { answerRequest, authenticate, failure, type HttpAnswer } from "../../protocol/answer-request.ts";
import { apiKeyOf } from "../api-key.ts";
import { disconnectionOf } from "../disconnection.ts";
import { refuseDeclaredSize } from "../read-body.ts";
import { readWireBody } from "./read-wire-body.ts";
import { taskContextOf } from "./task-context.ts";
import type { Wire } from "./wire.ts";

/** How long a request may take: less than what common clients wait for. What is not done by then goes on. */
const LONGEST_ANSWER_MS = 285_000;

/** `POST /v1`: the array of tasks in, one answer out. */
export function createWireHandler(wire: Wire): RequestHandler {
  return async (request, response) => {
    if (request.method === "OPTIONS") return void response.set("allow", "POST").status(204).end();
    if (request.method !== "POST") throw refuseMethod(request, response);
    const address = request.socket.remoteAddress ?? "";
    const caller = await identify(wire, request, address);
    if (caller !== null && "error" in caller) return send(failure(caller.error), response);
    refuseDeclaredSize(request, wire.mostBytes);
    const { mostBytes } = wire;
    const turns = caller === null ? wire.turns.unknown : wire.turns.known;
    const client = caller?.owner ?? address;
    const bytes = await readBody(request, response, () =>
      readWireBody(request, { mostBytes, turns, client }),
    );
    const gone = disconnectionOf(response);
    /* A server hangs up on connections on which nothing moves; on this one nothing does until there is an answer. */
    request.socket.setTimeout(0);
    const answer = await answerRequest(wire, {
      bytes,
      caller,
      address,
      task: taskContextOf(request, wire.config.server),
      signal: gone,
      deadline: AbortSignal.any([wire.closing, AbortSignal.timeout(LONGEST_ANSWER_MS)]),
    });
    if (wire.closing.aborted) response.set("connection", "close");
    send(answer, response);
  };
}

/** By the header; a wrong key is told before the body is read. Null = the first task may say it. */
async function identify(
  wire: Wire,
  request: Request,
  address: string,
): Promise<Caller | Exclude<Awaited<ReturnType<typeof authenticate>>, Caller> | null> {
  const apiKey = apiKeyOf(request.headers);
  return apiKey === undefined ? wire.gate.authenticate(null, address) : authenticate(wire, apiKey, address);
}

/** What was not read to its end leaves nothing on the connection that another request could be told by. */
async function readBody(
  request: Request,
  response: Response,
  read: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  try {
    return await read();
  } catch (error) {
    if (!request.complete) response.set("connection", "close");
    throw error;
  }
}

function send({ status, headers, body }: HttpAnswer, response: Response): void {
  if (response.destroyed) return;
  response
    .status(status)
    .set({ "cache-control": "no-store", ...headers })
    .json(body);
}

function refuseMethod({ method, path }: Request, response: Response): MaskloomError {
  response.set("allow", "POST");
  return new MaskloomError("METHOD_NOT_ALLOWED", `${method} ${path}: expected POST, or a WebSocket upgrade`);
}
