import { createA1111Provider } from "../../src/inpainting/providers/a1111/a1111-provider.ts";
import { CHECKPOINTS, startA1111Peer } from "../inpainting/providers/a1111/a1111-peer.ts";
import { FAULTS, type Fault, plainPng, settingsOf } from "../inpainting/providers/http/http-peer.ts";
import { describeFaults, type ProviderFault } from "./provider-faults.ts";

const wrong = Buffer.from(await plainPng(64, 64)).toString("base64");
const small = JSON.stringify({ images: [wrong], parameters: {}, info: "{}" });

const faults = (trap: string): Readonly<Partial<Record<ProviderFault, Fault>>> => ({
  "its key is not taken": FAULTS.status(401, {}, '{"detail":"Incorrect username or password"}'),
  "its first byte is slow": FAULTS.slow(300, () => "pass"),
  "it hangs after it accepted": FAULTS.hangs,
  "its answer breaks off in the middle": FAULTS.half,
  "the connection is lost after sending, before the answer": () => "lose",
  "it answers 429 with Retry-After": FAULTS.status(429, { "retry-after": "7" }, "slow down"),
  "it answers a storm of 500": FAULTS.status(500, {}, '{"error":"RuntimeError"}'),
  "a web page answers instead": FAULTS.html,
  "its picture has another size": FAULTS.status(200, { "content-type": "application/json" }, small),
  "its picture has 100 MB": FAULTS.huge,
  "it redirects to a private address": FAULTS.status(307, { location: `${trap}/sdapi/v1/img2img` }),
});

describeFaults("a web UI", {
  kind: "a1111",
  model: CHECKPOINTS[0] ?? "",
  scheme: "http",
  paid: [false, true],
  open: (entry, env) => createA1111Provider(settingsOf(entry, env)),
  async start(key) {
    const peer = await startA1111Peer(key);
    return Object.assign(peer, {
      break(fault: ProviderFault | null, trap: string) {
        const act = fault === null ? undefined : faults(trap)[fault];
        peer.fault = act === undefined ? null : { path: "/sdapi/v1/img2img", act };
      },
      begun: () => peer.pictures.map((picture) => picture.force_task_id),
    });
  },
  impossible: { "it answers twice": "HTTP answers a request once" },
});
