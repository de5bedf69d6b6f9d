import type { RetriedBatch, StartBatch } from "../../../src/contracts/actions.ts";
import type { BatchView } from "../../../src/contracts/api.ts";
import { postOnce } from "./post-once.ts";

/* What is done to a batch, and how one begins. */

/** As it is sent: with defaults still left out. */
export type BatchWish = Pick<StartBatch, "workflow"> & Partial<StartBatch>;

export const startBatch = (wish: BatchWish) => postOnce<BatchView>("/api/batches", wish);
export const pauseBatch = (uuid: string) => postOnce<BatchView>(`/api/batches/${uuid}/pause`);
export const resumeBatch = (uuid: string) => postOnce<BatchView>(`/api/batches/${uuid}/resume`);
export const cancelBatch = (uuid: string) => postOnce<BatchView>(`/api/batches/${uuid}/cancel`);
export const retryFailed = (uuid: string) => postOnce<RetriedBatch>(`/api/batches/${uuid}/retry-failed`);
