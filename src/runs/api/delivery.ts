import { z } from "zod";
import type { WireInference, WireMasking } from "../../contracts/wire/tasks.ts";
import { parseAs } from "../../errors.ts";

/** In which form and on which terms the results of a task are wanted: kept with the task, so that any process can answer. */
export const Delivery = z.strictObject({
  outputType: z.array(z.enum(["URL", "base64Data", "dataURI"])).min(1),
  outputFormat: z.enum(["JPG", "PNG", "WEBP"]),
  outputQuality: z.int().min(1).max(100),
  includeCost: z.boolean(),
  /** Whether the client was given an acknowledgement instead of results. */
  isAsync: z.boolean(),
  uploadEndpoint: z.string().optional(),
  webhookURL: z.string().optional(),
  /** Seconds for which a URL answers. */
  ttl: z.int().optional(),
  /** scheme://host[:port] by which the client reached us when it asked. */
  baseUrl: z.string(),
  /** Results asked for, one step of the run each. */
  numberResults: z.int().min(1),
  /** Of the first result; each further one has the next number. */
  seed: z.number().optional(),
  /** Masking: what a mask of nothing is. */
  invert: z.boolean().optional(),
  /** US dollars of one result, where the provider bills nothing else. */
  price: z.number(),
});
export type Delivery = z.output<typeof Delivery>;

type Terms = Pick<Delivery, "baseUrl" | "price" | "seed">;

/**
 * @param request as it was sent: a webhook without a delivery method means async, as the official Python SDK documents
 */
export function deliveryOf(
  task: WireMasking | WireInference,
  request: Readonly<Record<string, unknown>>,
  { baseUrl, price, seed }: Terms,
): Delivery {
  const { outputType, outputFormat, outputQuality, includeCost, uploadEndpoint, webhookURL, ttl } = task;
  const hasMethod = request["deliveryMethod"] !== undefined && request["deliveryMethod"] !== null;
  return {
    outputType: [...outputType],
    outputFormat,
    outputQuality,
    includeCost,
    isAsync: task.deliveryMethod === "async" || (webhookURL !== undefined && !hasMethod),
    ...(uploadEndpoint === undefined ? {} : { uploadEndpoint }),
    ...(webhookURL === undefined ? {} : { webhookURL }),
    ...(ttl === undefined ? {} : { ttl }),
    baseUrl,
    numberResults: task.taskType === "imageInference" ? task.numberResults : 1,
    ...(seed === undefined ? {} : { seed }),
    ...(task.taskType === "imageMasking" ? { invert: task.invert } : {}),
    price,
  };
}

export const readDelivery = (stored: unknown): Delivery => parseAs(Delivery, stored, "delivery of a task");

/** Whether something is delivered before the run ends. */
export const wantsSteps = ({ numberResults, uploadEndpoint }: Delivery): boolean =>
  numberResults > 1 || uploadEndpoint !== undefined;
