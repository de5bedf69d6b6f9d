import { readFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import type { ModelSpeed, PullMessage, RemovedModel } from "../../contracts/model-actions.ts";
import { MaskloomError, toErrorRecord } from "../../errors.ts";
import { PACKAGE_ROOT } from "../../package-root.ts";
import { audit } from "../../runs/actions/actor.ts";
import { createHttpClient } from "../../runs/models/http-client.ts";
import { measureModel } from "../../runs/models/measure-model.ts";
import { isPullable, pullModel as pull, requireSpace } from "../../runs/models/pull-model.ts";
import { removable, removeModel as remove } from "../../runs/models/remove-model.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { actorOf } from "./actions.ts";

type Shelf = Awaited<ReturnType<ApiServices["models"]["look"]>>;
type KnownModel = ReturnType<Shelf["findAny"]>;
type OfModel<Query = unknown> = ApiRequest<{ id: string }, Query>;

/** At most so often: a bar needs no more. */
const PROGRESS_MS = 200;
const PHOTO = path.join(PACKAGE_ROOT, "examples", "photos", "astronaut.jpg");

/** What is refused is refused with a status; from the first byte on, the last line says how it went. */
export async function pullModel(request: OfModel, services: ApiServices): Promise<ApiAnswer> {
  const { models, config } = services;
  const model = (await models.look(true)).findAny(request.params.id);
  if (!isPullable(model)) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `${model.manifest.id}: expected a model that can be pulled; this one comes with Maskloom or was added from a file`,
    );
  }
  if (model.state !== "ready") await requireSpace(config.models.folder, [model]);
  return {
    status: 200,
    headers: { "content-type": "application/x-ndjson", "x-accel-buffering": "no" },
    content: async () => Readable.from(linesOf(request, services, model)),
  };
}

/** Whoever leaves stops the pull; the next one goes on from there. */
async function* linesOf(
  request: OfModel,
  services: ApiServices,
  { manifest, state }: KnownModel,
): AsyncGenerator<string> {
  const waiting: PullMessage[] = [];
  let wake = () => {};
  const tell = (message: PullMessage) => {
    waiting.push(message);
    wake();
  };
  const ended = state === "ready" ? Promise.resolve() : pullTelling(request, services, manifest, tell);
  const end = ended.then(
    () => tell({ type: "done", model: manifest.id }),
    (error: unknown) => tell({ type: "failed", error: toErrorRecord(error) }),
  );
  for (;;) {
    const message = waiting.shift();
    if (message === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    yield `${JSON.stringify(message)}\n`;
    if (message.type === "done" || message.type === "failed") return end;
  }
}

async function pullTelling(
  request: OfModel,
  { config, store }: ApiServices,
  manifest: KnownModel["manifest"],
  tell: (message: PullMessage) => void,
): Promise<void> {
  const client = createHttpClient();
  const note = (text: string) => tell({ type: "note", text });
  try {
    await pull(manifest, {
      config,
      client,
      signal: request.signal,
      onWait: () => note("another process pulls models; waiting for it"),
      progressOf: ({ file, bytes }) => {
        let told = 0;
        const say = (received: number) => tell({ type: "progress", file, received, bytes });
        return {
          note,
          close: () => undefined,
          received(received) {
            const now = performance.now();
            if (received < bytes && now - told < PROGRESS_MS) return;
            told = now;
            say(received);
          },
        };
      },
    });
    await audit(store.db, actorOf(request), "model.pull", manifest.id);
    store.wakeUps.notify("installation");
  } finally {
    await client.close();
  }
}

export async function removeModel(request: OfModel, services: ApiServices): Promise<ApiAnswer> {
  const { models, config, store } = services;
  const model = removable(await models.look(), request.params.id);
  const id = typeof model === "string" ? model : model.manifest.id;
  await remove(config.models.folder, model);
  await audit(store.db, actorOf(request), "model.remove", id);
  store.wakeUps.notify("installation");
  return { status: 200, body: { model: id } satisfies RemovedModel };
}

/** One at a time: two would measure each other. */
let measuring = false;

export async function benchModel(
  { params, query: { rounds } }: OfModel<{ rounds: number }>,
  { models, config }: ApiServices,
): Promise<ApiAnswer> {
  await models.findReady(params.id);
  if (measuring) {
    throw new MaskloomError(
      "CONFLICT",
      "a model is being measured already, and two would measure each other",
      {
        retryAfterSeconds: 5,
      },
    );
  }
  measuring = true;
  try {
    const measured = await measureModel(params.id, await readFile(PHOTO), {
      library: models,
      cacheFolder: config.models.folder,
      limits: config.limits,
      rounds,
    });
    return { status: 200, body: measured satisfies ModelSpeed };
  } finally {
    measuring = false;
  }
}
