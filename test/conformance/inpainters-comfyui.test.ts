import { createComfyProvider } from "../../src/inpainting/providers/comfyui/comfyui-provider.ts";
import { startComfyPeer } from "../inpainting/providers/comfyui/comfyui-peer.ts";
import { FAULTS, type Fault, plainPng, settingsOf } from "../inpainting/providers/http/http-peer.ts";
import { describeRemoteInpainter, type RemoteFailure } from "./inpainter.ts";

const small = await plainPng(64, 64);
const picture =
  (bytes: Uint8Array | string): Fault =>
  (_request, response) => {
    response.writeHead(200, { "content-type": "image/png" }).end(bytes);
  };

const FAULT: Readonly<Record<RemoteFailure, { readonly path: string; readonly act: Fault }>> = {
  unauthorized: { path: "/upload/image", act: FAULTS.status(401) },
  invalid: {
    path: "/prompt",
    act: FAULTS.status(
      400,
      {},
      '{"error":{"message":"no_prompt","details":"No prompt provided"},"node_errors":[]}',
    ),
  },
  broken: { path: "/prompt", act: FAULTS.status(500, {}, "500 Internal Server Error") },
  overloaded: { path: "/upload/image", act: FAULTS.status(503) },
  gone: { path: "/prompt", act: FAULTS.breaks },
  webPage: { path: "/prompt", act: FAULTS.html },
  wrongSize: { path: "/view", act: picture(small) },
  noPicture: { path: "/view", act: picture("no picture") },
  endless: { path: "/view", act: FAULTS.endless },
  redirect: { path: "/view", act: FAULTS.status(302, { location: "http://169.254.169.254/" }) },
};

describeRemoteInpainter("comfyui", async ({ timeoutMs }) => {
  const peer = await startComfyPeer();
  const timeout = timeoutMs === undefined ? {} : { timeout: `${timeoutMs}ms` };
  const provider = createComfyProvider(
    settingsOf({ id: "comfy", kind: "comfyui", url: peer.url, ...timeout }),
  );
  await provider.refresh?.(AbortSignal.timeout(10_000));
  const manifest = provider.findInpainter("dreamshaper_8");
  if (manifest === null) throw new Error("the provider does not know its checkpoint");
  return {
    inpainter: provider.createInpainter(manifest),
    isBusy: () => peer.submitted.length > 0,
    hold: () => {
      peer.held = true;
    },
    wasStopped: () => peer.interrupted.length > 0,
    fail: (how) => {
      peer.fault = FAULT[how];
    },
    calls: () => peer.submitted.map(({ prompt_id }) => prompt_id),
    async close() {
      await provider.close();
      await peer.close();
    },
  };
});
