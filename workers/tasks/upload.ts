import { UploadParameters, type UploadResult } from "../../src/contracts/outside-tasks.ts";
import { shownAddress } from "../../src/contracts/shown-address.ts";
import { parseAs } from "../../src/errors.ts";
import { checkTaken } from "./check-taken.ts";
import type { TaskHandler } from "./task-services.ts";

const TIMEOUT_MS = 60_000;

/** A picture's bytes, put to an address of the author's; whoever gave the address made sure that it takes them. */
export const upload: TaskHandler = async ({ task, services, stopwatch, signal }) => {
  const { image, endpoint, ...form } = parseAs(
    UploadParameters,
    task.input,
    `input of task ${task.taskUUID}`,
  );
  const { bytes, mediaType } = await stopwatch.time("encode", () =>
    services.pictures.encode(task.ownerUUID, image, form),
  );
  const { status } = await stopwatch.time("send", () =>
    services.outside.send(endpoint, {
      method: "PUT",
      headers: { "content-type": mediaType },
      body: bytes,
      timeoutMs: TIMEOUT_MS,
      signal,
    }),
  );
  checkTaken(`PUT ${shownAddress(endpoint)}`, status);
  const output: UploadResult = { image, url: shownAddress(endpoint) };
  return { kind: "succeeded", output, warnings: [], cost: null };
};
