import { ResizeParameters, type ResizeResult } from "../../src/contracts/tasks.ts";
import { parseAs } from "../../src/errors.ts";
import { checkOutputPixels } from "../../src/image/limits.ts";
import { resizedSize, resizingImage } from "../../src/image/resize-image.ts";
import { inSlices } from "../../src/image/slices.ts";
import { saveImage } from "./save-image.ts";
import type { TaskHandler } from "./task-services.ts";

/** A picture at another size, with everything else that its file carried. One that has the size already is handed on. */
export const resize: TaskHandler = async (context) => {
  const { task, services, stopwatch, signal } = context;
  const { image: uuid, ...frame } = parseAs(ResizeParameters, task.input, `input of task ${task.taskUUID}`);
  const decoded = await stopwatch.time("decode", () => services.images.load(task.ownerUUID, uuid));
  const { width, height } = resizedSize(decoded.image, frame);
  checkOutputPixels({ width, height }, services.limits);
  const resized = await stopwatch.time("scale", () => inSlices(resizingImage(decoded.image, frame), signal));
  const image = resized === decoded.image ? uuid : await saveImage(context, resized, decoded);
  const output: ResizeResult = { image, width, height };
  return { kind: "succeeded", output, warnings: [], cost: null };
};
