import type { Config } from "../../config/config.ts";
import type { ModelLibrary } from "../../detection/weights/model-library.ts";
import type { Logger } from "../../logging/log.ts";
import type { TaskService } from "../../protocol/task-service.ts";
import type { Store } from "../../store/store.ts";
import type { ArtifactLibrary } from "../artifact-library.ts";
import type { OutsideClient } from "../outside/outside-client.ts";
import type { Pictures } from "../pictures/pictures.ts";
import type { AnswerServices } from "./answers.ts";
import { createFollowUps, type FollowUpOptions } from "./follow-ups.ts";
import { createPreparation } from "./prepare-task.ts";
import { createPrices } from "./price-of.ts";
import { createRunWatch } from "./run-watch.ts";
import { createTaskService } from "./task-service.ts";
import { readWebhookSecret } from "./webhook.ts";

export interface TaskServiceContext {
  readonly config: Pick<Config, "api">;
  readonly store: Store;
  readonly artifacts: ArtifactLibrary;
  readonly models: ModelLibrary;
  readonly pictures: Pictures;
  readonly outside: OutsideClient;
  readonly log: Logger;
}

export interface OpenTaskService extends TaskService {
  /** Whoever waits is told that the server closes; uploads and webhooks go on when it starts again. */
  close(): Promise<void>;
}

/** Executes the tasks of the wire on this installation, and goes on with what a process that is gone left undone. */
export function openTaskService(
  { config, store, artifacts, models, pictures, outside, log }: TaskServiceContext,
  timing: Pick<FollowUpOptions, "patience" | "heldMs"> = {},
): OpenTaskService {
  const { prices, webhookSecret: configured, webhookBody, imageAliases } = config.api;
  const answers: AnswerServices = { store, artifacts, pictures, hasImageAliases: imageAliases };
  const watch = createRunWatch(store, (err) => log.warn({ err }, "results could not be looked for"));
  const followUps = createFollowUps({
    answers,
    watch,
    outside,
    webhookBody,
    log,
    readSecret: () => readWebhookSecret(store, configured),
    ...timing,
  });
  const tasks = createTaskService({
    answers,
    watch,
    followUps,
    prepare: createPreparation(models),
    priceOf: createPrices(prices),
    onBegun: (begun) => log.info(begun, "a task of /v1 was begun"),
    onError: (err) => log.error({ err }, "a task of the API failed in a way that was not foreseen"),
  });
  return {
    perform: tasks.perform,
    async close() {
      await followUps.close();
      watch.close();
    },
  };
}
