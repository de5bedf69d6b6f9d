import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import type { Caller } from "../contracts/caller.ts";
import { hasCode, MaskloomError } from "../errors.ts";
import type { Logger } from "../logging/log.ts";
import type { AnsweredRequest } from "../metrics/http-metrics.ts";
import { takeUpload } from "../runs/batches/take-upload.ts";
import { NOBODY } from "../store/owners.ts";
import { openRequest } from "../tracing/spans.ts";
import type { AccessPolicy } from "./access.ts";
import { type Callers, requireRole } from "./callers.ts";
import type { Dashboard } from "./dashboard/read-dashboard.ts";
import { refuseUnknownPage, serveDashboard } from "./dashboard/serve-dashboard.ts";
import { disconnectionOf } from "./disconnection.ts";
import { errorAnswer } from "./error-answer.ts";
import { uuidsIn } from "./named-uuids.ts";
import { QUEUES_PATH, serveQueueBoard } from "./queue-board.ts";
import { createBodyReader, largestBody } from "./read-body.ts";
import type { ApiAnswer, ApiServices, Route } from "./route.ts";
import { allowReading, SECURITY_HEADERS } from "./security-headers.ts";
import { createWireHandler } from "./v1/http-handler.ts";
import type { Wire } from "./v1/wire.ts";
import { wireFailure } from "./v1/wire-failure.ts";
import { isWirePath, WIRE_PATH } from "./v1/wire-path.ts";

export interface AppContext {
  readonly routes: readonly Route[];
  readonly services: ApiServices;
  readonly access: AccessPolicy;
  readonly callers: Callers;
  /** The API of the wire: one route with a protocol of its own. */
  readonly wire: Wire;
  /** Null where it is not built: then `/` is a plain page with links. */
  readonly dashboard: Dashboard | null;
  readonly log: Logger;
  readonly onAnswered: (request: AnsweredRequest) => void;
  /** Aborts when the server closes: whoever waits answers at once with what there is. */
  readonly closing: AbortSignal;
}

/** The one place that knows Express: rows of the table in, requests checked and answered. */
export function createApp(context: AppContext): Express {
  const { routes, services, access, callers, dashboard, closing } = context;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag"); // artifacts have their own; the rest changes
  app.enable("case sensitive routing");
  const readBody = createBodyReader(services.config.limits);

  app.use((request, response, next) => {
    const traced = openRequest(request.method, request.headers);
    response.locals["requestId"] = randomUUID();
    response.set({ ...SECURITY_HEADERS, "x-request-id": requestIdOf(response) });
    tellWhenDone(context, request, response, traced);
    access.checkSource(request.headers);
    allowReading(access, request, response);
    traced.run(next);
  });

  app.all(WIRE_PATH, createWireHandler(context.wire));
  if (dashboard !== null) app.use(serveDashboard(dashboard));
  const { store, queues } = services;
  app.use(
    QUEUES_PATH,
    serveQueueBoard(store, callers, () => queues.openBoard(QUEUES_PATH)),
  );
  for (const route of routes) {
    app[route.method](route.path, async (request: Request, response: Response) => {
      const entry = await enterRoute(callers, route, request);
      try {
        response.locals["named"] = uuidsIn(request.params);
        const owner = entry.caller?.owner ?? NOBODY;
        const keep = (name: string, bytes: Uint8Array) => takeUpload(services, owner, name, bytes);
        const client = entry.caller?.owner ?? request.socket.remoteAddress ?? "";
        const body = await readBody(route.body, request, response, { client, keep });
        const answer = await route.answer(
          {
            method: request.method,
            params: request.params,
            query: request.query,
            headers: request.headers,
            ...body,
            caller: entry.caller,
            owner,
            signal: AbortSignal.any([closing, disconnectionOf(response)]),
          },
          services,
        );
        if (closing.aborted) response.set("connection", "close");
        response.locals["named"] = uuidsIn(request.params, answer.body);
        await send(answer, request, response);
      } finally {
        entry.leave();
      }
    });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    app.all(path, (request: Request, response: Response) => {
      response.set("allow", allowedMethods(routes, path).join(", "));
      if (request.method === "OPTIONS") return void response.status(204).end();
      throw new MaskloomError(
        "METHOD_NOT_ALLOWED",
        `${request.method} ${path}: expected ${allowedMethods(routes, path).join(" or ")}`,
      );
    });
  }
  app.use(refuseUnknownPage(dashboard));
  app.use(createErrorHandler(context.log, largestBody(services.config.limits)));
  return app;
}

/** Whoever asks, let in: by key, role and limits. What only reads is never refused for what else is under way. */
async function enterRoute(
  callers: Callers,
  { isPublic, isGranted, role, method, path }: Route,
  request: Request,
): Promise<{ readonly caller: Caller | null; leave(): void }> {
  if (isPublic || isGranted(request.query)) return { caller: null, leave: () => undefined };
  const caller = await callers.identify(request.headers, request.socket.remoteAddress, method !== "get");
  requireRole(caller, role, `${request.method} ${path}`);
  const leave = method === "get" ? null : callers.enter(caller);
  return { caller, leave: leave ?? (() => undefined) };
}

function allowedMethods(routes: readonly Route[], path: string): string[] {
  const methods = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
  return methods.includes("GET") ? ["GET", "HEAD", ...methods.filter((method) => method !== "GET")] : methods;
}

async function send(answer: ApiAnswer, request: Request, response: Response): Promise<void> {
  if (response.destroyed) return;
  response.status(answer.status).set({ "cache-control": "no-store", ...answer.headers });
  if (answer.content !== undefined) return sendContent(answer.content, request, response);
  if (answer.text !== undefined) response.end(request.method === "HEAD" ? undefined : answer.text);
  else if (answer.body !== undefined) response.json(answer.body);
  else response.end();
}

async function sendContent(
  open: () => Promise<Readable>,
  request: Request,
  response: Response,
): Promise<void> {
  if (request.method === "HEAD") return void response.end();
  const content = await open();
  await pipeline(content, response).catch((error: unknown) => {
    /* The client has had enough: nobody is left to be told. */
    if (!hasCode(error, "ERR_STREAM_PREMATURE_CLOSE")) throw error;
  });
}

function createErrorHandler(log: Logger, mostBytes: number) {
  return async (
    thrown: unknown,
    request: Request,
    response: Response,
    _next: NextFunction,
  ): Promise<void> => {
    const requestId = requestIdOf(response);
    const answer = isWirePath(request.path) ? wireFailure(thrown, requestId) : errorAnswer(thrown, requestId);
    if (answer.status >= 500) log.error({ requestId, err: thrown }, "a request failed");
    /* Node reads the rest of a body to its end, so that the client gets to hear the answer; not of one without end. */
    if (Number(request.headers["content-length"] ?? 0) > mostBytes) response.set("connection", "close");
    if (response.headersSent) response.destroy();
    else await send(answer, request, clearContent(response));
  };
}

/** Headers that described the content which is not sent now. */
function clearContent(response: Response): Response {
  for (const name of ["content-length", "content-type", "content-disposition", "content-range", "etag"]) {
    response.removeHeader(name);
  }
  return response;
}

function requestIdOf(response: Response): string {
  return String(response.locals["requestId"]);
}

/** Path without query: a query may carry what is nobody else's business. Reading is quiet, changes are told. */
function tellWhenDone(
  { log, onAnswered }: Pick<AppContext, "log" | "onAnswered">,
  request: Request,
  response: Response,
  traced: Pick<ReturnType<typeof openRequest>, "end">,
): void {
  const start = performance.now();
  const { method, path } = request;
  response.once("close", () => {
    const ms = performance.now() - start;
    const status = response.statusCode;
    const route = String(request.route?.path ?? "other");
    onAnswered({ method, route, status, seconds: ms / 1000 });
    traced.end(route, status);
    const named: object = response.locals["named"] ?? {};
    const facts = { requestId: requestIdOf(response), ...named, method, path, status, ms: Math.round(ms) };
    const level = method === "GET" || method === "HEAD" ? "debug" : "info";
    log[level](facts, response.writableFinished ? "answered" : "the client left before the answer");
  });
}
