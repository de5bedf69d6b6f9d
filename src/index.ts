/* The package's public entry: what `import … from "maskloom"` gives. Everything else is internal and may change. */

export type { CallOptions } from "./client/connection.ts";
export type { EventOptions } from "./client/event-stream.ts";
export {
  type CreateRunOptions,
  type DownloadedArtifact,
  type ListRunsOptions,
  MaskloomClient,
  type MaskloomClientOptions,
  type WaitForRunOptions,
} from "./client/maskloom-client.ts";
export type { Picture } from "./client/picture.ts";
export type {
  BatchView,
  ModelView,
  RunPage,
  WorkflowDetail,
  WorkflowSummary,
} from "./contracts/api.ts";
export type { Box, Detection, Point, Point3 } from "./contracts/detection.ts";
export type { Health, Readiness } from "./contracts/readiness.ts";
export type {
  AttemptView,
  Event,
  RunDetail,
  RunStatus,
  RunView,
  TaskStatus,
  TaskView,
} from "./contracts/run.ts";
export type { RegionQuality } from "./contracts/tasks.ts";
export type { Workflow } from "./contracts/workflow.ts";
export { type AuthoredWorkflow, defineWorkflow } from "./engine/language/define-workflow.ts";
export { type ErrorCode, MaskloomError } from "./errors.ts";
export { type CreatedMask, type CreateMaskOptions, createMask } from "./library/create-mask.ts";
export { type Detections, type DetectOptions, detect } from "./library/detect.ts";
export { type InpaintedPicture, type InpaintOptions, inpaint } from "./library/inpaint.ts";
export type { PictureSource } from "./library/picture-source.ts";
export { closeMaskloom } from "./library/runtime.ts";
