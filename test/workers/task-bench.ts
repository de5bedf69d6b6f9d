import { createHash } from "node:crypto";
import {
  type ArtifactUUID,
  BatchUUID,
  Digest,
  newArtifactUUID,
  newTaskUUID,
  OwnerUUID,
  RunUUID,
} from "../../src/contracts/ids.ts";
import type { TaskType } from "../../src/contracts/tasks.ts";
import { openDetector } from "../../src/detection/detector.ts";
import { MaskloomError } from "../../src/errors.ts";
import { decodeImage, encodeImage, encodeMask } from "../../src/image/codec.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import type { Image, Mask } from "../../src/image/raster.ts";
import type { Inpainter } from "../../src/inpainting/inpainter.ts";
import { sharedInpainter, sharedRuntime } from "../../src/library/runtime.ts";
import type { ArtifactLibrary, LoadedArtifact } from "../../src/runs/artifact-library.ts";
import { createOutsideClient } from "../../src/runs/outside/outside-client.ts";
import { createDecodedImages } from "../../workers/decoded-images.ts";
import type { TaskRecord } from "../../workers/records/task-record.ts";
import { Stopwatch } from "../../workers/stopwatch.ts";
import type { TaskHandler } from "../../workers/tasks/task-services.ts";
import type { TaskResult } from "../../workers/worker.ts";

const owner = OwnerUUID.parse("00000000-0000-4000-8000-000000000000");

/** Artifacts in memory, and everything else as a worker has it. */
export class TaskBench {
  readonly #shelf = new Map<ArtifactUUID, LoadedArtifact>();
  readonly #inpainters = new Map<string, Inpainter>();
  #broken: Error | null = null;

  readonly artifacts: ArtifactLibrary = {
    save: async (bytes, { kind, mediaType, width, height }) => {
      const content = Buffer.from(bytes);
      const uuid = newArtifactUUID();
      const digest = Digest.parse(createHash("sha256").update(content).digest("hex"));
      const facts = { kind, mediaType, width, height, taskUUID: null, bytes: content.length };
      this.#shelf.set(uuid, { uuid, digest, owner, content, ...facts });
      return { uuid, digest };
    },
    find: async (_, uuid) => this.#take(uuid),
    findNow: async (_, uuid) => this.#take(uuid),
    load: async (_, uuid) => this.#take(uuid),
    use: async (_, uuid) => this.#take(uuid),
    has: async (_, uuid) => this.#shelf.has(uuid),
    copy: async (_, names, taskUUID) => {
      for (const [uuid, name] of names) this.#shelf.set(name, { ...this.#take(uuid), uuid: name, taskUUID });
      return true;
    },
  };

  /** What is recorded; nothing in detail unless a test wants it. */
  record: TaskRecord = {
    isDetailed: false,
    info: () => undefined,
    warn: () => undefined,
    failure: () => undefined,
    addCrop: async () => undefined,
    leave: () => undefined,
  };

  /** Reaches this machine, and so what a test listens with. */
  readonly outside = createOutsideClient({ allowedTargets: ["127.0.0.1"], fetchMs: 5_000 });

  #take(uuid: ArtifactUUID): LoadedArtifact {
    const found = this.#shelf.get(uuid);
    if (found === undefined) throw new MaskloomError("NOT_FOUND", `artifact ${uuid}`);
    return found;
  }

  /** An inpainter beside the real ones. */
  add(inpainter: Inpainter): void {
    this.#inpainters.set(inpainter.manifest.id, inpainter);
  }

  /** From now on every detector throws this when it looks at a picture. */
  breakDetectors(error: Error): void {
    this.#broken = error;
  }

  async put(picture: Image | Uint8Array): Promise<ArtifactUUID> {
    const bytes = "data" in picture ? await encodeImage(picture, { format: "png" }) : picture;
    const { image } = await decodeImage(bytes);
    const { width, height } = image;
    const { uuid } = await this.artifacts.save(bytes, {
      owner,
      kind: "image",
      mediaType: "image/png",
      width,
      height,
    });
    return uuid;
  }

  async putMask(mask: Mask): Promise<ArtifactUUID> {
    const { width, height } = mask;
    const bytes = await encodeMask(mask);
    const { uuid } = await this.artifacts.save(bytes, {
      owner,
      kind: "mask",
      mediaType: "image/png",
      width,
      height,
    });
    return uuid;
  }

  async see(uuid: ArtifactUUID) {
    return decodeImage(this.#take(uuid).content);
  }

  /** Executes a task with these parameters. */
  async execute(
    taskType: TaskType,
    handler: TaskHandler,
    input: unknown,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<TaskResult> {
    const { pool, models } = sharedRuntime();
    const detector = async (model: string) => {
      const opened = await openDetector(await models.findReady(model), pool, models);
      const broken = this.#broken;
      return broken === null ? opened : { ...opened, detect: () => Promise.reject(broken) };
    };
    const { key } =
      taskType === "imageMasking" ? await detector((input as { model: string }).model) : { key: "" };
    return handler({
      task: {
        taskUUID: newTaskUUID(),
        runUUID: RunUUID.parse(crypto.randomUUID()),
        batchUUID: BatchUUID.parse(crypto.randomUUID()),
        ownerUUID: owner,
        step: "step",
        taskType,
        attempt: 1,
        lease: crypto.randomUUID(),
        provider: "local",
        model: null,
        seed: null,
        fresh: false,
        queue: "masking",
        waitedMs: 0,
        traceparent: null,
        input,
      },
      services: {
        artifacts: this.artifacts,
        images: createDecodedImages(this.artifacts, DEFAULT_LIMITS),
        limits: DEFAULT_LIMITS,
        detector,
        inpainter: async (model) => this.#inpainters.get(model) ?? sharedInpainter(model),
        remote: () => null,
        calls: { make: () => Promise.reject(new Error("nothing is to be called here")) },
        outside: this.outside,
        pictures: {
          encode: async (_, uuid) => ({ bytes: this.#take(uuid).content, mediaType: "image/png" }),
        },
        webhookSecret: async () => Buffer.from("a secret of the bench"),
      },
      modelDigest: key,
      stopwatch: new Stopwatch(),
      record: this.record,
      signal,
    });
  }
}
