import type { TaskAnswer, TaskContext, TaskService } from "../../src/protocol/task-service.ts";

/**
 * A service whose tasks do what their `model` says: `echo` answers at once, `hold` when it is let go, `later` at once and goes on until it is let go, `three` with three
 * results, `apart` with two of which the second waits to be let go, `mixed` with a result and an error, `late` once more after it is over, `fail`, `reject` and `silent` what they
 * say.
 */
export interface EchoService extends TaskService {
  /** Contexts of all tasks, by their UUID. */
  readonly contexts: ReadonlyMap<string, TaskContext>;
  letGo(taskUUID: string): void;
}

export function createEchoService(): EchoService {
  const contexts = new Map<string, TaskContext>();
  const held = new Map<string, () => void>();
  return {
    contexts,
    letGo(taskUUID) {
      const go = held.get(taskUUID);
      if (go === undefined) throw new Error(`task ${taskUUID} is not held`);
      go();
    },
    async perform(owner, { taskType, taskUUID }, request, deliver, context) {
      contexts.set(taskUUID, context);
      const item = { taskType, taskUUID, owner };
      const picture = (number: number) => ({ ...item, imageUUID: `picture ${number}` });
      const error = { code: "providerError", message: "as it was told to" };
      const answers: Readonly<Record<string, readonly TaskAnswer[]>> = {
        three: [1, 2, 3].map((number) => ({ item: { ...item, number } })),
        apart: [{ item: picture(2) }],
        mixed: [{ item }, { error }],
        fail: [{ error }],
        silent: [],
      };
      const model = String(request["model"]);
      if (model === "reject") throw new Error("a password that nobody may see");
      if (model === "apart") deliver({ item: picture(1) });
      if (model === "hold" || model === "apart") {
        await new Promise<void>((resolve) => {
          held.set(taskUUID, resolve);
          context.signal.addEventListener("abort", () => resolve(), { once: true });
        });
      }
      if (model === "later") {
        context.onGoesOn?.(() => new Promise((resolve) => held.set(taskUUID, resolve)));
      }
      for (const answer of answers[model] ?? [{ item }]) deliver(answer);
      if (model === "late") setTimeout(() => deliver({ item }), 0);
    },
  };
}
