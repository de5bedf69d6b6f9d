import { createComfyProvider } from "../../src/inpainting/providers/comfyui/comfyui-provider.ts";
import { startComfyPeer } from "../inpainting/providers/comfyui/comfyui-peer.ts";
import { FAULTS, type Fault, plainPng, settingsOf } from "../inpainting/providers/http/http-peer.ts";
import { describeFaults, type ProviderFault } from "./provider-faults.ts";

const small = await plainPng(64, 64);
const picture: Fault = (_request, response) => {
  response.writeHead(200, { "content-type": "image/png" }).end(small);
};

const faults = (trap: string): Readonly<Partial<Record<ProviderFault, { path: string; act: Fault }>>> => ({
  "its key is not taken": { path: "/upload/image", act: FAULTS.status(401) },
  "its first byte is slow": { path: "/prompt", act: FAULTS.slow(300, () => "pass") },
  "it hangs after it accepted": { path: "/prompt", act: FAULTS.hangs },
  "its answer breaks off in the middle": { path: "/view", act: FAULTS.half },
  "the connection is lost after sending, before the answer": { path: "/prompt", act: () => "lose" },
  "it answers 429 with Retry-After": {
    path: "/prompt",
    act: FAULTS.status(429, { "retry-after": "7" }, "slow down"),
  },
  "it answers a storm of 500": { path: "/prompt", act: FAULTS.status(500, {}, "500 Internal Server Error") },
  "a web page answers instead": { path: "/prompt", act: FAULTS.html },
  "its picture has another size": { path: "/view", act: picture },
  "its picture has 100 MB": { path: "/view", act: FAULTS.huge },
  "it redirects to a private address": {
    path: "/prompt",
    act: FAULTS.status(307, { location: `${trap}/prompt` }),
  },
});

describeFaults("a ComfyUI", {
  kind: "comfyui",
  model: "dreamshaper_8.safetensors",
  scheme: "http",
  paid: [false, true],
  open: (entry, env) => createComfyProvider(settingsOf(entry, env)),
  async start() {
    const peer = await startComfyPeer();
    return Object.assign(peer, {
      break(fault: ProviderFault | null, trap: string) {
        peer.fault = fault === null ? null : (faults(trap)[fault] ?? null);
      },
      begun: () => peer.submitted.map(({ prompt_id }) => prompt_id),
    });
  },
  impossible: { "it answers twice": "HTTP answers a request once" },
});
