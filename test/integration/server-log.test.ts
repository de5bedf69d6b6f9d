import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLogger } from "../../src/logging/log.ts";
import { openServerHost, pictureForm, plainPicture, type ServerHost } from "./server-host.ts";

/* What somebody finds in the server's log who has the UUID of a run, a task or a batch. */

const lines: Record<string, unknown>[] = [];
let host: ServerHost;
let url: string;

beforeAll(async () => {
  host = await openServerHost();
  const log = createLogger("info", "json", {
    write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  url = (await host.start({}, { log })).url;
});
afterAll(() => host.stop());

const linesWith = (uuid: string) => lines.filter((line) => Object.values(line).includes(uuid));

it("names the run that was begun, and what was done with it", async () => {
  const begun = await fetch(`${url}/api/runs`, { method: "POST", body: await pictureForm() });
  const { runUUID, batchUUID } = (await begun.json()) as { runUUID: string; batchUUID?: string };
  await (await fetch(`${url}/api/runs/${runUUID}/cancel`, { method: "POST" })).json();
  await expect
    .poll(() => linesWith(runUUID))
    .toMatchObject([
      { method: "POST", path: "/api/runs", status: 202, runUUID },
      { method: "POST", path: `/api/runs/${runUUID}/cancel`, status: 200, runUUID },
    ]);
  const unknown = randomUUID();
  await (await fetch(`${url}/api/runs/${unknown}/cancel`, { method: "POST" })).json();
  await expect.poll(() => linesWith(unknown)).toMatchObject([{ status: 404, runUUID: unknown }]);
  if (batchUUID !== undefined) expect(linesWith(batchUUID)[0]).toMatchObject({ runUUID });
});

it("names a task of /v1 by the UUID that its client gave it, beside its run", async () => {
  const taskUUID = randomUUID();
  const inputImage = `data:image/png;base64,${(await plainPicture()).toString("base64")}`;
  const task = {
    taskType: "imageMasking",
    taskUUID,
    model: "runware:35@6",
    inputImage,
    deliveryMethod: "async",
  };
  const answer = await fetch(`${url}/v1`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([task]),
  });
  expect(answer.status).toBe(200);
  expect(linesWith(taskUUID)).toMatchObject([
    { msg: "a task of /v1 was begun", taskUUID, taskType: "imageMasking", runUUID: expect.any(String) },
  ]);
});
