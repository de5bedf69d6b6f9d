import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { API_KEY, type ApiHost, astronaut, download, openApiHost } from "./api-host.ts";
import { until } from "./cli-installation.ts";
import { type Frame, openAuthenticated, type WireSocket } from "./wire-socket.ts";

const TASKS = 50;

let host: ApiHost;

beforeAll(async () => {
  host = await openApiHost();
});

afterAll(async () => {
  await host?.stop();
});

it("kill -9 of server and worker with 50 async tasks in flight loses none of them", async () => {
  const before = await openAuthenticated(host.webSocketUrl, API_KEY);
  const inputImage = await upload(before);
  const uuids = Array.from({ length: TASKS }, () => randomUUID());
  before.send(
    uuids.map((taskUUID, at) => ({
      taskType: "imageMasking",
      taskUUID,
      model: "runware:35@7",
      inputImage,
      maskPadding: at,
      deliveryMethod: "async",
    })),
  );
  const acknowledged = new Set<unknown>();
  while (acknowledged.size < TASKS) {
    const { data } = await before.next();
    expect(data?.map((item) => Object.keys(item).sort())).toEqual([["taskType", "taskUUID"]]);
    acknowledged.add(data?.[0]?.taskUUID);
  }
  expect(acknowledged).toEqual(new Set(uuids));
  const last = await ask(before, uuids.at(-1));
  expect(last).toMatchObject({ data: [{ status: "processing" }] });
  await host.restart("SIGKILL");

  const after = await openAuthenticated(host.webSocketUrl, API_KEY);
  const masks = new Set<unknown>();
  for (const taskUUID of uuids) {
    let answer = await ask(after, taskUUID);
    await until(async () => {
      answer = await ask(after, taskUUID);
      return answer.data?.[0]?.["status"] !== "processing";
    });
    expect(answer, taskUUID).toMatchObject({
      data: [{ taskUUID, taskType: "imageMasking", status: "success" }],
    });
    masks.add(answer.data?.[0]?.["maskImageUUID"]);
    const url = answer.data?.[0]?.["maskImageURL"];
    expect((await download(typeof url === "string" ? url : undefined)).type).toBe("image/jpeg");
  }
  expect(masks.size).toBe(TASKS);
  await after.end();
});

async function ask(socket: WireSocket, taskUUID: string | undefined): Promise<Frame> {
  socket.send([{ taskType: "getResponse", taskUUID }]);
  return socket.next();
}

async function upload(socket: WireSocket): Promise<unknown> {
  socket.send([
    { taskType: "imageUpload", taskUUID: randomUUID(), image: (await astronaut()).toString("base64") },
  ]);
  return (await socket.next()).data?.[0]?.["imageUUID"];
}
