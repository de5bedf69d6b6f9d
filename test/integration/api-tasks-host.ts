import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Config, readConfig } from "../../src/config/config.ts";
import type { OwnerUUID } from "../../src/contracts/ids.ts";
import { readTask } from "../../src/contracts/wire/read-task.ts";
import type { WireError } from "../../src/contracts/wire/wire-error.ts";
import { createLogger } from "../../src/logging/log.ts";
import type { TaskContext } from "../../src/protocol/task-service.ts";
import type { FollowUpOptions } from "../../src/runs/api/follow-ups.ts";
import { type OpenTaskService, openTaskService } from "../../src/runs/api/open-task-service.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

interface Answers {
  readonly items: Record<string, unknown>[];
  readonly errors: WireError[];
}

interface SendOptions extends Partial<TaskContext> {
  readonly owner?: OwnerUUID;
  readonly through?: OpenTaskService;
}

/** The tasks' service on a home of its own, without server and without worker. */
export interface ApiTasksHost {
  readonly home: string;
  readonly services: Services;
  /** Another one, as another process would have it. */
  open(timing?: Pick<FollowUpOptions, "patience" | "heldMs">): OpenTaskService;
  /** One task, as the connection hands it over; resolves when everything was delivered. */
  send(element: Readonly<Record<string, unknown>>, options?: SendOptions): Promise<Answers>;
  stop(): Promise<void>;
}

export async function openApiTasksHost(
  environment: Readonly<Record<string, string>> = {},
): Promise<ApiTasksHost> {
  const home = await makeTemporaryHome();
  const config: Config = readConfig({
    MASKLOOM_HOME: home,
    LOG_LEVEL: "silent",
    MASKLOOM_ALLOWED_TARGETS: "127.0.0.1",
    ...environment,
  });
  const services = await openServices(config, () => undefined);
  const opened: OpenTaskService[] = [];
  const open: ApiTasksHost["open"] = (timing) => {
    const service = openTaskService({ ...services, log: createLogger("error") }, timing);
    opened.push(service);
    return service;
  };
  const first = open();
  return {
    home,
    services,
    open,
    async send(element, { owner = LOCAL_OWNER, through = first, ...context } = {}) {
      const read = readTask(element, false);
      if ("error" in read) return { items: [], errors: [read.error] };
      const answers: Answers = { items: [], errors: [] };
      await through.perform(
        owner,
        read.task,
        read.request,
        (answer) => ("item" in answer ? answers.items.push(answer.item) : answers.errors.push(answer.error)),
        {
          signal: new AbortController().signal,
          baseUrl: "http://localhost:8787",
          dryRun: false,
          strict: false,
          ...context,
        },
      );
      return answers;
    },
    async stop() {
      await Promise.all(opened.map((service) => service.close()));
      await services.close();
      await removeTemporaryHome(home);
    },
  };
}

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** A machine of the client's that takes uploads and webhooks; it answers with the statuses given, the last one for ever. */
export async function openReceiver(...statuses: number[]) {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    response.statusCode = statuses[Math.min(received.length, statuses.length - 1)] ?? 200;
    received.push({ method, url, headers, body: Buffer.concat(chunks) });
    response.end();
    for (const wake of waiting) wake();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async until(count: number): Promise<readonly Received[]> {
      while (received.length < count) {
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
        });
        waiting.clear();
      }
      return received;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
