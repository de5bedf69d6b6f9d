import { afterAll, expect, it } from "vitest";
import { openRemoteProviders } from "../../src/inpainting/providers/remote-providers.ts";
import type { CallDesk } from "../../src/runs/calls/call-desk.ts";
import { callingInpainter } from "../../workers/tasks/remote-inpainting.ts";
import type { TaskContext } from "../../workers/tasks/task-services.ts";
import { settingsOf } from "../inpainting/providers/http/http-peer.ts";
import { boxMask, requestOf, testPicture } from "../inpainting/providers/inpaint-request.ts";

const providers = openRemoteProviders(
  ["here", "there"].map((id) => settingsOf({ id, kind: "runware", url: "http://127.0.0.1:9", paid: true })),
  { download: () => Promise.reject(new Error("nothing is downloaded")) },
);
afterAll(() => providers.close());

/** By what the call for this request is found again. */
async function keyOf(id: string, model: string, seed = 1): Promise<string> {
  const provider = providers.find(id);
  const manifest = provider?.findInpainter(model) ?? null;
  if (provider === undefined || manifest === null) throw new Error(`no ${model} at ${id}`);
  const keys: string[] = [];
  const calls: Pick<CallDesk, "make"> = {
    make(order) {
      keys.push(order.key);
      return Promise.reject(new Error("nothing is sent"));
    },
  };
  const context = {
    task: { taskType: "imageInference" },
    record: { isDetailed: false },
    services: { calls },
  } as unknown as TaskContext;
  const inpainter = callingInpainter(context, provider.createInpainter(manifest), provider, {
    total: 0,
    calls: 0,
  });
  const mask = boxMask(64, 64, { x0: 8, y0: 8, x1: 40, y1: 40 });
  await expect(inpainter.inpaint(requestOf(testPicture(64, 64), mask, { seed }))).rejects.toThrow(
    "nothing is sent",
  );
  return keys.join();
}

it("finds a call again by the same request, and by no other model's, provider's or seed's", async () => {
  const own = await keyOf("here", "runware:101@1");
  expect(await keyOf("here", "runware:101@1")).toBe(own);
  const others = await Promise.all([
    keyOf("here", "runware:102@1"),
    keyOf("there", "runware:101@1"),
    keyOf("here", "runware:101@1", 2),
  ]);
  expect(new Set([own, ...others]).size).toBe(4);
});
