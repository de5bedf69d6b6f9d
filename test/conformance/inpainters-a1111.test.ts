import { createA1111Provider } from "../../src/inpainting/providers/a1111/a1111-provider.ts";
import { startA1111Peer } from "../inpainting/providers/a1111/a1111-peer.ts";
import { FAULTS, type Fault, plainPng, settingsOf } from "../inpainting/providers/http/http-peer.ts";
import { describeRemoteInpainter, type RemoteFailure } from "./inpainter.ts";

const answer = (json: unknown): Fault =>
  FAULTS.status(200, { "content-type": "application/json" }, JSON.stringify(json));
const wrong = Buffer.from(await plainPng(64, 64)).toString("base64");

const FAULT: Readonly<Record<RemoteFailure, Fault>> = {
  unauthorized: FAULTS.status(401, {}, '{"detail":"Incorrect username or password"}'),
  invalid: FAULTS.status(422, {}, '{"detail":[{"loc":["body","steps"],"msg":"not a number"}]}'),
  broken: FAULTS.status(500, {}, '{"error":"OutOfMemoryError","errors":"CUDA out of memory"}'),
  overloaded: FAULTS.status(503, { "retry-after": "7" }),
  gone: FAULTS.breaks,
  webPage: FAULTS.html,
  wrongSize: answer({ images: [wrong], parameters: {}, info: "{}" }),
  noPicture: answer({ images: ["aGVsbG8="], parameters: {}, info: "{}" }),
  endless: FAULTS.endless,
  redirect: FAULTS.status(307, { location: "http://169.254.169.254/latest/meta-data" }),
};

describeRemoteInpainter("a1111", async ({ timeoutMs }) => {
  const peer = await startA1111Peer();
  const timeout = timeoutMs === undefined ? {} : { timeout: `${timeoutMs}ms` };
  const provider = createA1111Provider(settingsOf({ id: "forge", kind: "a1111", url: peer.url, ...timeout }));
  await provider.refresh?.(AbortSignal.timeout(10_000));
  const manifest = provider.findInpainter("dreamshaper_8");
  if (manifest === null) throw new Error("the provider does not know its checkpoint");
  return {
    inpainter: provider.createInpainter(manifest),
    isBusy: () => peer.pictures.length > 0,
    hold: () => {
      peer.held = true;
    },
    wasStopped: () => peer.interrupted.length > 0,
    fail: (how) => {
      peer.fault = { path: "/sdapi/v1/img2img", act: FAULT[how] };
    },
    calls: () => peer.pictures.map((picture) => picture.force_task_id),
    async close() {
      await provider.close();
      await peer.close();
    },
  };
});
