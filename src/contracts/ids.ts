import { z } from "zod";

/* One branded type per kind of id, so that a runUUID cannot be handed to something that wants a taskUUID. */

export const TaskUUID = z.uuid().brand("TaskUUID");
export type TaskUUID = z.output<typeof TaskUUID>;

export const RunUUID = z.uuid().brand("RunUUID");
export type RunUUID = z.output<typeof RunUUID>;

export const BatchUUID = z.uuid().brand("BatchUUID");
export type BatchUUID = z.output<typeof BatchUUID>;

/** Public name of an artifact; several UUIDs may name the same bytes. */
export const ArtifactUUID = z.uuid().brand("ArtifactUUID");
export type ArtifactUUID = z.output<typeof ArtifactUUID>;

export const OwnerUUID = z.uuid().brand("OwnerUUID");
export type OwnerUUID = z.output<typeof OwnerUUID>;

/** SHA-256 in 64 lower-case hex digits. */
export const Digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand("Digest");
export type Digest = z.output<typeof Digest>;

/* The global crypto, which browsers have as well: the client's contracts are loaded there, too. */
export const newTaskUUID = (): TaskUUID => crypto.randomUUID() as string as TaskUUID;
export const newRunUUID = (): RunUUID => crypto.randomUUID() as string as RunUUID;
/** Of version 7 (RFC 9562), which begins with the time in milliseconds: in their order batches are by age, and so the dispatcher walks them. */
export const newBatchUUID = (): BatchUUID => {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}` as BatchUUID;
};
export const newArtifactUUID = (): ArtifactUUID => crypto.randomUUID() as string as ArtifactUUID;
