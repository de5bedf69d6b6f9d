import type { Detector } from "../../src/detection/detector.ts";
import type { ImageLimits } from "../../src/image/limits.ts";
import type { Inpainter } from "../../src/inpainting/inpainter.ts";
import type { RemoteProvider } from "../../src/inpainting/providers/provider-instance.ts";
import type { ArtifactLibrary } from "../../src/runs/artifact-library.ts";
import type { CallDesk } from "../../src/runs/calls/call-desk.ts";
import type { OutsideClient } from "../../src/runs/outside/outside-client.ts";
import type { Pictures } from "../../src/runs/pictures/pictures.ts";
import type { LeasedTask } from "../../src/store/leases.ts";
import type { DecodedImages } from "../decoded-images.ts";
import type { TaskRecord } from "../records/task-record.ts";
import type { Stopwatch } from "../stopwatch.ts";
import type { TaskResult } from "../worker.ts";

/** What a task may use; everything else comes with its parameters. */
export interface TaskServices {
  readonly artifacts: ArtifactLibrary;
  readonly images: Omit<DecodedImages, "unkept">;
  readonly limits: ImageLimits;
  detector(model: string): Promise<Detector>;
  inpainter(model: string): Promise<Inpainter>;
  /** Where a task is executed elsewhere; null = here. @throws PROVIDER_UNAVAILABLE where it is not configured here */
  remote(provider: string | null): RemoteProvider | null;
  /** For everything that is asked of them. */
  readonly calls: Pick<CallDesk, "make">;
  /** For what is sent outside. */
  readonly outside: Pick<OutsideClient, "send">;
  readonly pictures: Pick<Pictures, "encode">;
  /** Webhooks are signed with it. */
  webhookSecret(): Promise<Uint8Array>;
}

/** What a worker has; whether a task's pictures are kept is decided for each task. */
export interface WorkerServices extends TaskServices {
  readonly images: DecodedImages;
}

export interface TaskContext {
  readonly task: LeasedTask;
  readonly services: TaskServices;
  /** What the step was resolved to when its batch began: ResolvedStep.modelDigest. */
  readonly modelDigest: string;
  readonly stopwatch: Stopwatch;
  /** What is written down of it beside its result. */
  readonly record: TaskRecord;
  readonly signal: AbortSignal;
}

/** Executes one kind of task: parameters in, result out. */
export type TaskHandler = (context: TaskContext) => Promise<TaskResult>;
