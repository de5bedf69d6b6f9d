import type { IncomingMessage, ServerResponse } from "node:http";
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import type { Queue } from "bullmq";
import type { JobData } from "./bullmq-backend.ts";
import type { QueueBoard } from "./task-queues.ts";

type Done = (error: unknown, html?: string) => void;
type Render = (file: string, values: object, done: Done) => void;

/** What is needed of the application that the board's own adapter makes; it has no type for it. */
interface BoardApplication {
  (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void;
  readonly engines: Readonly<Record<string, Render>>;
  engine(extension: string, render: Render): void;
}

/** Its page asks a font service of the world for its letters: here everything comes from this server. */
const FOREIGN_LINKS = /<link\b[^>]*\bhref="https?:[^>]*>/g;

/**
 * Who takes from a queue, BullMQ knows on Redis alone, and by the names of connections that ours do not have: said to be none, it
 * would be wrong.
 */
class WatchedQueue extends BullMQAdapter {
  override async getWorkers(): Promise<null> {
    return null;
  }
}

/** What a delivery is about is shown by the dashboard. */
function pageOf({ data }: { readonly data?: unknown }) {
  const { taskUUID } = Object(data) as Partial<JobData>;
  return { displayText: "Task", href: taskUUID === undefined ? "/workers" : `/tasks/${taskUUID}` };
}

/**
 * BullMQ's own view of what is handed out, as a page to look at: nothing can be changed through it, because what holds is
 * written in the database and would not know.
 * @param base address below which it is served, such as `/queues`
 */
export function createQueueBoard(base: string, queueOf: (name: string) => Queue): QueueBoard {
  const serverAdapter = new ExpressAdapter().setBasePath(base);
  const board = createBullBoard({
    queues: [],
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: "Raw queues",
        miscLinks: [{ text: "Maskloom", url: "/workers" }],
        favIcon: { default: "/mark.svg", alternative: "/mark.svg" },
        hideRedisDetails: true,
      },
    },
  });
  const application = serverAdapter.getRouter() as BoardApplication;
  const render = application.engines[".ejs"];
  if (render !== undefined) {
    application.engine("ejs", (file, values, done) =>
      render(file, values, (error, html) => done(error, html?.replaceAll(FOREIGN_LINKS, ""))),
    );
  }
  return {
    handle: application,
    show: (names) =>
      board.replaceQueues(
        names.map((name) => new WatchedQueue(queueOf(name), { readOnlyMode: true, externalJobUrl: pageOf })),
      ),
  };
}
