import sharp from "sharp";
import { createRunwareProvider } from "../../src/inpainting/providers/runware/runware-provider.ts";
import { createOutsideClient } from "../../src/runs/outside/outside-client.ts";
import { settingsOf } from "../inpainting/providers/http/http-peer.ts";
import { type PeerScript, startScriptedPeer } from "../protocol/client/scripted-peer.ts";
import { describeFaults, type FaultyProtocol, type ProviderFault } from "./provider-faults.ts";

const outside = createOutsideClient({ allowedTargets: [], fetchMs: 5_000 });
const small = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#808080" } })
  .png()
  .toBuffer();

type Fates = Partial<Record<ProviderFault, ReturnType<NonNullable<PeerScript["onTask"]>>>>;

const BOTH: Fates = {
  "its first byte is slow": "late",
  "it hangs after it accepted": "take silently",
  "its answer breaks off in the middle": "half a frame",
  "the connection is lost after sending, before the answer": "take, then cut",
  "it answers twice": "twice",
};
const SOCKET: Fates = {
  ...BOTH,
  "it answers 429 with Retry-After": {
    refuse: "rateLimitExceeded",
    more: { context: { retryAfterSeconds: 7 } },
  },
  "it answers a storm of 500": { refuse: "internalServerError" },
  "a web page answers instead": { text: "<!doctype html><h1>Welcome</h1>" },
};
const httpFates = (trap: string): Fates => ({
  ...BOTH,
  "it answers 429 with Retry-After": { status: 429, headers: { "retry-after": "7" } },
  "it answers a storm of 500": { status: 500, body: "Internal Server Error" },
  "a web page answers instead": { text: "<!doctype html><h1>Welcome</h1>" },
  "it redirects to a private address": { status: 307, headers: { location: `${trap}/v1` } },
});

const PICTURES: Partial<Record<ProviderFault, () => Promise<Record<string, unknown>>>> = {
  "its picture has another size": async () => ({ imageBase64Data: small.toString("base64") }),
  "its picture has 100 MB": async () => ({ imageBase64Data: "A".repeat((100 * 1024 ** 2 * 4) / 3) }),
};

function protocolOver(over: "url" | "httpUrl"): FaultyProtocol {
  return {
    kind: "runware",
    model: "runware:101@1",
    scheme: over === "url" ? "ws" : "http",
    paid: [true],
    open: (entry, env) => createRunwareProvider(settingsOf(entry, env), outside),
    async start(key) {
      const broken: { fault: ProviderFault | null; trap: string } = { fault: null, trap: "" };
      const peer = await startScriptedPeer({
        get key() {
          return broken.fault === "its key is not taken" ? "another" : key;
        },
        workMs: () => Math.random() * 50,
        onTask(_task, nth) {
          const fates = over === "url" ? SOCKET : httpFates(broken.trap);
          const isLasting = broken.fault === "it answers a storm of 500";
          return (nth === 1 || isLasting ? broken.fault && fates[broken.fault] : undefined) || "take";
        },
        onQuestion: () =>
          broken.fault === "it hangs after it accepted" ? { refuse: "internalServerError" } : "take",
        onUpgrade: () =>
          broken.fault === "it redirects to a private address"
            ? { status: 307, location: `${broken.trap}/v1` }
            : null,
        get paint() {
          return broken.fault === null ? undefined : PICTURES[broken.fault];
        },
      });
      return {
        url: peer[over],
        break: (fault, trap) => void Object.assign(broken, { fault, trap }),
        begun: () => [...peer.bills].flatMap(([uuid, times]) => Array<string>(times).fill(uuid)),
        close: () => peer.close(),
      };
    },
  };
}

const DONE = { code: /^done$/ };
const NEVER_TWICE = {
  "its answer breaks off in the middle": DONE,
  "the connection is lost after sending, before the answer": DONE,
};

describeFaults("the Runware API over its WebSocket", {
  ...protocolOver("url"),
  otherwise: { ...NEVER_TWICE, "a web page answers instead": DONE },
});
describeFaults("the Runware API over HTTP", {
  ...protocolOver("httpUrl"),
  otherwise: {
    ...NEVER_TWICE,
    /* Whoever answers so may stand before the API, which may have heard it: it is asked for. */
    "it answers a storm of 500": { code: /^CALL_OPEN$/ },
    /* A page that comes with 200 is nobody's of the protocol: the API itself has heard nothing. */
    "a web page answers instead": { code: /^PROVIDER_FAILED$/, says: /web page.*another program/ },
  },
  impossible: { "it answers twice": "HTTP answers a request once" },
});
