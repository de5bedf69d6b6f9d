import { z } from "zod";
import { ErrorRecord } from "../errors.ts";
import { ArtifactUUID, TaskUUID } from "./ids.ts";
import { CallView } from "./parked.ts";
import { RegionQuality } from "./tasks.ts";

/* What workers write down of a task beside its result: docs/api.md, "What workers keep of a task". */

const Timestamp = z.iso.datetime();
const PixelBox = z.tuple([z.int(), z.int(), z.int(), z.int()]);
const Pixels = z.int().positive();

/** One crop as it was sent to an inpainter, and what came back. Pictures that were cleared up meanwhile are null. */
export const Crop = z.strictObject({
  attempt: z.int().min(1),
  /** 0-based, of the results that were asked for. */
  candidate: z.int().min(0),
  /** 0-based, as in the `quality.regions` of the result. */
  region: z.int().min(0),
  /** From 1; more than 1 where a quality gate had it painted again. */
  tries: z.int().min(1),
  /** What the crop covers, in pixels of the picture that was worked on. */
  box: PixelBox,
  /** Degrees by which it was turned anticlockwise. */
  turned: z.number(),
  /** Size at which it was sent. */
  width: Pixels,
  height: Pixels,
  sent: ArtifactUUID.nullable(),
  /** White = what was to be repainted. */
  mask: ArtifactUUID.nullable(),
  /** As it came back, before colours were matched and before it was blended. */
  received: ArtifactUUID.nullable(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  /** Of the request to a provider elsewhere. */
  callUUID: z.uuid().nullable(),
  seed: z.number().nullable(),
  /** US dollars. */
  cost: z.number().min(0).nullable(),
  sentAt: Timestamp,
  /** Null while it is under way, and where its worker died meanwhile: what came back, and with what, is not known either. */
  ms: z.number().min(0).nullable(),
  error: ErrorRecord.nullable(),
  /** Of the finished region; null where this crop did not become part of the task's first result. */
  quality: RegionQuality.nullable(),
});
export type Crop = z.output<typeof Crop>;

export const TaskCrops = z.strictObject({
  /** Whose crops they are: another task's where this one took over what that one had made. */
  taskUUID: TaskUUID,
  crops: z.array(Crop),
});
export type TaskCrops = z.output<typeof TaskCrops>;

/** One request that a task made of a provider elsewhere. */
export const TaskCall = CallView.extend({
  attempt: z.int().min(1),
  /** What was asked for, without pictures and keys; pictures are in the crop of the same callUUID. */
  request: z.record(z.string(), z.unknown()).nullable(),
});
export type TaskCall = z.output<typeof TaskCall>;

export const TaskCalls = z.strictObject({ calls: z.array(TaskCall) });
export type TaskCalls = z.output<typeof TaskCalls>;

export const LogLevel = z.enum(["info", "warn", "error"]);
export type LogLevel = z.output<typeof LogLevel>;

/** One line that a worker wrote about a task. */
export const LogLine = z.strictObject({
  /** Counts up; lines of one task are in the order in which they were written. */
  id: z.int().min(1),
  taskUUID: TaskUUID,
  attempt: z.int().min(1),
  at: Timestamp,
  level: LogLevel,
  message: z.string(),
  /** What the line says besides, such as `stack` and `code` of a failure. */
  data: z.record(z.string(), z.unknown()),
});
export type LogLine = z.output<typeof LogLine>;

export const TaskLog = z.strictObject({ lines: z.array(LogLine) });
export type TaskLog = z.output<typeof TaskLog>;

export const LogQuery = z.strictObject({
  /** Only lines after the one with this id. */
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
});
export type LogQuery = z.output<typeof LogQuery>;
