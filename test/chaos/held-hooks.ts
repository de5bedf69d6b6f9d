import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A webhook that has arrived and waits for its answer. */
interface HeldHook {
  answer(said: string): void;
}

/** Takes webhooks and answers each when a test says so. */
export interface HeldHooks {
  readonly url: string;
  /** The next one that nobody has asked for yet. */
  next(): Promise<HeldHook>;
  close(): Promise<void>;
}

export async function startHeldHooks(): Promise<HeldHooks> {
  const arrived: HeldHook[] = [];
  const waiting: ((hook: HeldHook) => void)[] = [];
  const server = createServer((request, response) => {
    request.resume();
    request.once("end", () => {
      const hook = holding(response);
      const first = waiting.shift();
      if (first === undefined) arrived.push(hook);
      else first(hook);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async next() {
      return arrived.shift() ?? new Promise((resolve) => waiting.push(resolve));
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const holding = (response: ServerResponse): HeldHook => ({
  answer(said) {
    response.setHeader("content-type", "application/json").end(JSON.stringify(said));
  },
});

/** One hook, whose answer is what comes out. */
export const hookWorkflow = (url: string): string => `
maskloom: 1
name: hook
inputs: { image: { type: image } }
steps:
  - { id: hook, task: webhook, url: "${url}", body: hello }
outputs: { said: "\${steps.hook.response}" }
`;
