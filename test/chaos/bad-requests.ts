import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import type { Route } from "../../src/server/route.ts";
import { routes } from "../../src/server/routes.ts";
import type { Dice } from "../integration/chaos-dice.ts";
import { mutateBytes, mutateJson, pick } from "./mutate.ts";

/* Requests that nobody should send: each was a good one before it was damaged. */

export type BadRequest =
  | {
      readonly kind: "http";
      readonly method: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer | null;
    }
  /** Bytes as they go over the network. */
  | { readonly kind: "raw"; readonly bytes: Buffer }
  /** A message of the wire's WebSocket. */
  | { readonly kind: "frame"; readonly data: Buffer };

/** These reach out to the network, or answer with what lasts as long as the connection. */
const LEFT_OUT = new Set(["models.pull", "models.remove", "models.bench", "providers.test", "events"]);

const WORKFLOWS = ["anonymize-faces", "face-detail", "portrait-full", "auto-mask-inpaint"];
const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** @returns what gives the next one, for ever */
export async function badRequests(dice: Dice): Promise<() => BadRequest> {
  const texts = await Promise.all(
    WORKFLOWS.map((name) => readFile(`${PACKAGE_ROOT}/workflows/${name}.yaml`)),
  );
  const asked = routes.filter(({ operation }) => !LEFT_OUT.has(operation));
  const workflowText = () =>
    dice.next() < 0.1 ? pick(dice, YAML_BOMBS) : mutateBytes(dice, pick(dice, texts)).toString("utf8");
  const kinds: readonly (() => BadRequest)[] = [
    () => toRoute(dice, pick(dice, asked)),
    () => toRoute(dice, pick(dice, asked)),
    () => withDamagedBody(dice, pick(dice, asked)),
    () => json("POST", "/api/workflow-checks", { workflow: workflowText() }),
    () => json("POST", "/api/runs", { workflow: workflowText(), inputs: {} }),
    () => json("POST", "/v1", mutateJson(dice, wireTasks())),
    () => ({ kind: "frame", data: frame(dice) }),
    () => ({ kind: "raw", bytes: mutateBytes(dice, pick(dice, RAW)) }),
  ];
  return () => pick(dice, kinds)();
}

const json = (method: string, path: string, value: unknown): BadRequest => ({
  kind: "http",
  method,
  path,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify(value) ?? "undefined"),
});

/** Its parameters, its query's names and its body's fields, with whatever comes to mind. */
function toRoute(dice: Dice, route: Route): BadRequest {
  const path = route.path.replaceAll(/:[A-Za-z]+/g, () => encodeURIComponent(pick(dice, PARAMETERS)));
  const query = new URLSearchParams();
  for (const name of Object.keys(route.query.shape)) {
    if (dice.next() < 0.4) query.set(name, textOf(mutateJson(dice, pick(dice, PARAMETERS))));
  }
  const address = `${path}?${query}`;
  const method = dice.next() < 0.05 ? "DELETE" : route.method.toUpperCase();
  if (method === "GET" || route.body === null) {
    return { kind: "http", method, path: address, headers: {}, body: null };
  }
  return json(method, address, mutateJson(dice, bodyOf(dice, route)));
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : `${JSON.stringify(value)}`);

function withDamagedBody(dice: Dice, route: Route): BadRequest {
  const good = toRoute(dice, route);
  if (good.kind !== "http" || good.body === null) return good;
  const type = pick(dice, [
    "application/json",
    "application/json; charset=utf-16",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
    "application/x-www-form-urlencoded",
  ]);
  const form = `--x\r\ncontent-disposition: form-data; name="image"; filename="a.png"\r\n\r\n${PIXEL}\r\n--x--\r\n`;
  const body = type.includes("boundary") ? Buffer.from(form) : good.body;
  const headers = { "content-type": type, ...(dice.next() < 0.1 ? { "content-encoding": "gzip" } : {}) };
  return { ...good, headers, body: mutateBytes(dice, body) };
}

function bodyOf(dice: Dice, { operation, body }: Route): unknown {
  const known = BODIES[operation];
  if (known !== undefined) return known;
  const shape = body?.json instanceof z.ZodObject ? Object.keys(body.json.shape) : [];
  return Object.fromEntries(shape.map((name) => [name, pick(dice, PARAMETERS)]));
}

const PARAMETERS = [
  "00000000-0000-4000-8000-000000000000",
  "face-detail",
  "masking",
  "50",
  "-1",
  "true",
  "2026-01-01T00:00:00Z",
  "..",
  "../../etc/passwd",
  "%00",
  "a".repeat(3_000),
  "é\u0301😀",
  "constructor",
  "' or 1=1 --",
];

const BODIES: Readonly<Record<string, unknown>> = {
  "runs.create": { workflow: "face-detail", inputs: { prompt: "a face" }, image: PIXEL, wait: 0 },
  "batches.create": {
    workflow: "anonymize-faces",
    urls: [{ url: "http://127.0.0.1:1/a.png", file: "a.png" }],
    priority: 5,
  },
  "workflows.save": { workflow: "maskloom: 1\nname: saved\n" },
  detect: { model: "mediapipe_face_short", image: PIXEL, confidence: 0.5, maskPadding: 3 },
  "runs.bulk": { action: "cancel", runs: ["00000000-0000-4000-8000-000000000000"] },
  "keys.create": { owner: "somebody", role: "viewer", requestsPerMinute: 10 },
};

/** Shorter than what they unpack into, or deeper than anybody reads. */
const YAML_BOMBS = [
  `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
    .split("")
    .map((name, at) => `${name}: &${name} [${`*${"abcdefghi"[at]},`.repeat(9)}]`)
    .join("\n")}\n`,
  `maskloom: 1\nname: deep\nsteps: ${"[".repeat(5_000)}`,
  `maskloom: 1\nname: deep\nsteps: ${"{a: ".repeat(2_000)}1${"}".repeat(2_000)}`,
  `maskloom: 1\nname: ${"x".repeat(100_000)}\n`,
  `maskloom: 1\n<<: &a {<<: *a}\n`,
  `%YAML 9.9\n---\n!!js/function 'function(){}'\n...\n---\n`,
  `maskloom: 1\nname: self\nsteps:\n  - { id: a, task: resize, image: "\${steps.a.image}" }\noutput: \${steps.a.image}\n`,
  `maskloom: 1\nname: wide\nsteps:\n${"  - { id: a, task: webhook, url: x }\n".repeat(3_000)}`,
];

const wireTasks = () => [
  {
    taskType: "imageMasking",
    taskUUID: randomUUID(),
    inputImage: PIXEL,
    model: "runware:35@1",
    confidence: 0.3,
    maskPadding: 4,
    outputType: "URL",
    deliveryMethod: "async",
  },
  {
    taskType: "imageInference",
    taskUUID: randomUUID(),
    positivePrompt: "a face",
    seedImage: PIXEL,
    maskImage: PIXEL,
    model: "local:fill",
    width: 64,
    height: 64,
    numberResults: 1,
    deliveryMethod: "async",
  },
];

function frame(dice: Dice): Buffer {
  const text = Buffer.from(JSON.stringify(mutateJson(dice, wireTasks())) ?? "");
  return dice.next() < 0.3 ? mutateBytes(dice, text) : text;
}

const HEAD = "Host: 127.0.0.1\r\nConnection: close\r\n";
const RAW = [
  `GET /api/runs?limit=5 HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /healthz HTTP/1.1\r\n${HEAD}Range: bytes=0-5\r\nIf-None-Match: "x"\r\nCookie: a=b; c=d\r\n\r\n`,
  `POST /api/runs HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
  `POST /v1 HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n`,
  `GET // HTTP/1.1\r\n${HEAD}\r\n`,
  `GET //api/events HTTP/1.1\r\n${HEAD}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  `GET /v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\x85\x01\x02\x03\x04abcde`,
  `POST /api/artifacts HTTP/1.1\r\n${HEAD}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 70\r\n\r\n--x\r\nContent-Disposition: form-data; name="images"; filename="a"\r\n\r\n\r\n--x--`,
].map((text) => Buffer.from(text, "latin1"));
