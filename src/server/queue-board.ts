import type { RequestHandler } from "express";
import { MaskloomError } from "../errors.ts";
import type { QueueBoard } from "../queue/task-queues.ts";
import { listQueueNames } from "../runs/actions/steer.ts";
import type { Store } from "../store/store.ts";
import { type Callers, requireRole } from "./callers.ts";

export const QUEUES_PATH = "/queues";

/** A page of its own with rules of its own: its styles are partly written into its elements. Nothing foreign all the same. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * The raw queues, for admins: deliveries are of all owners. A person who has not signed in is asked to.
 * @throws UNAUTHORIZED, FORBIDDEN; METHOD_NOT_ALLOWED for whatever would change something
 */
export function serveQueueBoard(
  store: Store,
  callers: Pick<Callers, "identify">,
  open: () => Promise<QueueBoard>,
): RequestHandler {
  let opening: Promise<QueueBoard> | undefined;
  return async (request, response, next) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw new MaskloomError(
        "METHOD_NOT_ALLOWED",
        `${request.method} ${request.originalUrl}: expected GET: the raw queues are only looked at; ` +
          "what may be done to them is done with /api/queues",
      );
    }
    const isPage = /\btext\/html\b/.test(request.headers.accept ?? "");
    try {
      const caller = await callers.identify(request.headers, request.socket.remoteAddress, false);
      requireRole(caller, "admin", `GET ${QUEUES_PATH}`);
    } catch (error) {
      if (!isPage || !(error instanceof MaskloomError) || error.code !== "UNAUTHORIZED") throw error;
      response.redirect(`/login?next=${encodeURIComponent(request.originalUrl)}`);
      return;
    }
    opening ??= open();
    const board = await opening;
    if (isPage) board.show(await listQueueNames(store));
    response.set("content-security-policy", POLICY);
    board.handle(request, response, next);
  };
}
