import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import sharp from "sharp";
import { type WebSocket, WebSocketServer } from "ws";

/* A peer of the protocol that does what a test says, and keeps its own books: what it bills is the truth of the test. */

type Task = Readonly<Record<string, unknown>> & { readonly taskType: string; readonly taskUUID: string };
type Item = Readonly<Record<string, unknown>>;

/** What happens to one sending of a task, or to one question for its result. */
type Fate =
  | "take"
  /** It is carried out and billed, and the connection ends before a word is said. */
  | "take, then cut"
  /** The connection ends before it is looked at. */
  | "cut"
  /** It is carried out, and nothing is ever said to this sending. */
  | "take silently"
  /** Everything is said twice. */
  | "twice"
  /** Half of the answer's frame, then the end. */
  | "half a frame"
  /** The result comes at once, in the place of an acknowledgement. */
  | "sync"
  /** It is taken, and said so after a while. */
  | "late"
  /** It is not taken, and what is said is of another protocol. */
  | { readonly text: string }
  | { readonly refuse: string; readonly more?: Item }
  /** Over HTTP only: this status, with this body. */
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> };

export interface PeerScript {
  /** `nth` counts the sendings of this UUID, from 1. Default: take. */
  readonly onTask?: (task: Task, nth: number) => Fate;
  /** The same of questions. */
  readonly onQuestion?: (taskUUID: string, nth: number) => Fate;
  /** Milliseconds for one task. */
  readonly workMs?: () => number;
  readonly paint?: ((task: Task) => Promise<Item>) | undefined;
  /** What every result has besides. */
  readonly also?: Item;
  readonly key?: string;
  /** Whether it says nothing to a ping; default: it answers. */
  readonly isMute?: () => boolean;
  /** What becomes of a session that is to be gone on with; default: it is forgotten without a word, and another one begins. */
  readonly onSession?: "refuse" | "hang up";
  /** What WebSockets are refused with; default: none is. */
  readonly onUpgrade?: () => { readonly status: number; readonly location?: string } | null;
}

interface Job {
  readonly task: Task;
  readonly readyAt: number;
  result: Promise<Item>;
}

export interface ScriptedPeer {
  readonly url: string;
  readonly httpUrl: string;
  /** By taskUUID, how often it was billed. */
  readonly bills: ReadonlyMap<string, number>;
  /** All that was sent, in order. */
  readonly tasks: readonly Task[];
  readonly uploads: number;
  connections(): number;
  /** Everything that it ever received, as text. */
  readonly received: readonly string[];
  /** Sessions that it gave out, in order. */
  readonly sessions: readonly string[];
  /** Ends all connections at once. */
  cut(): void;
  /** Forgets what it was asked to do, but not what it billed. */
  forget(): void;
  close(): Promise<void>;
}

export const PRICE = 0.0021;
const LATE_MS = 300;

export async function startScriptedPeer(script: PeerScript = {}): Promise<ScriptedPeer> {
  const jobs = new Map<string, Job>();
  const bills = new Map<string, number>();
  const sendings = new Map<string, number>();
  const questions = new Map<string, number>();
  const pictures = new Map<string, Buffer>();
  const tasks: Task[] = [];
  const received: string[] = [];
  const sessions: string[] = [];
  const counts = { uploads: 0, connections: 0 };
  const count = (counted: Map<string, number>, uuid: string) => {
    counted.set(uuid, (counted.get(uuid) ?? 0) + 1);
    return counted.get(uuid) ?? 0;
  };
  const paint = (task: Task) => script.paint?.(task) ?? paintInverted(task, pictures);

  const start = (task: Task): void => {
    count(bills, task.taskUUID);
    const result = paint(task);
    result.catch(() => undefined);
    jobs.set(task.taskUUID, { task, readyAt: Date.now() + (script.workMs?.() ?? 0), result });
  };
  const itemOf = async ({ task, result }: Job): Promise<Item> => ({
    taskType: task.taskType,
    taskUUID: task.taskUUID,
    status: "success",
    cost: PRICE,
    ...(await result),
    ...script.also,
  });
  const answerQuestion = async (uuid: string): Promise<object> => {
    const job = jobs.get(uuid);
    if (job === undefined) return errorFrame("taskNotFound", uuid);
    if (Date.now() < job.readyAt) {
      return { data: [{ taskType: job.task.taskType, taskUUID: uuid, status: "processing", progress: 40 }] };
    }
    return { data: [await itemOf(job)] };
  };
  const upload = (task: Task): string => {
    counts.uploads += 1;
    const imageUUID = randomUUID();
    pictures.set(imageUUID, readDataUri(String(task["image"])));
    return imageUUID;
  };
  const question = async (taskUUID: string): Promise<{ answer: object | null; fate: Fate }> => {
    const fate = script.onQuestion?.(taskUUID, count(questions, taskUUID)) ?? "take";
    if (typeof fate === "object" && "refuse" in fate)
      return { answer: errorFrame(fate.refuse, taskUUID, fate.more), fate };
    if (typeof fate === "object") return { answer: null, fate };
    return { answer: fate === "cut" ? null : await answerQuestion(taskUUID), fate };
  };
  /** The answer, or null for none; and whether the connection ends then. */
  const handle = async (task: Task): Promise<{ answer: object | null; fate: Fate }> => {
    const { taskType, taskUUID } = task;
    if (taskType === "ping" && script.isMute?.()) return { answer: null, fate: "take" };
    if (taskType === "ping") return { answer: { data: [{ taskType, pong: true }] }, fate: "take" };
    if (taskType === "getResponse") return question(taskUUID);
    if (taskType === "imageUpload") {
      const imageUUID = upload(task);
      return {
        answer: { data: [{ taskType, taskUUID, imageUUID, imageURL: "http://peer.invalid/i.png" }] },
        fate: "take",
      };
    }
    tasks.push(task);
    const fate = script.onTask?.(task, count(sendings, taskUUID)) ?? "take";
    if (fate === "cut" || (typeof fate === "object" && !("refuse" in fate))) return { answer: null, fate };
    if (typeof fate === "object") return { answer: errorFrame(fate.refuse, taskUUID, fate.more), fate };
    if (jobs.has(taskUUID)) return { answer: errorFrame("conflictTaskUUID", taskUUID), fate: "take" };
    start(task);
    const job = jobs.get(taskUUID);
    if (fate === "sync" && job !== undefined) return { answer: { data: [await itemOf(job)] }, fate };
    return { answer: { data: [{ taskType, taskUUID }] }, fate };
  };

  const server = createServer((request, response) => {
    void serveHttp(request, response, script, handle, received);
  });
  const sockets = new WebSocketServer({
    server,
    maxPayload: 256 * 1024 * 1024,
    verifyClient: (_info, done) => {
      const refusal = script.onUpgrade?.() ?? null;
      if (refusal === null) return done(true);
      const { status, location } = refusal;
      done(false, status, "No", location === undefined ? {} : { location });
    },
  });
  sockets.on("connection", (socket) => {
    counts.connections += 1;
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer) => {
      const text = data.toString("utf8");
      received.push(text);
      for (const task of JSON.parse(text) as Task[]) void serveSocket(socket, task, script, handle, sessions);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/v1`,
    httpUrl: `http://127.0.0.1:${port}/v1`,
    bills,
    tasks,
    received,
    sessions,
    get uploads() {
      return counts.uploads;
    },
    connections: () => counts.connections,
    cut() {
      for (const socket of sockets.clients) socket.terminate();
    },
    forget: () => jobs.clear(),
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Handle = (task: Task) => Promise<{ answer: object | null; fate: Fate }>;

async function serveSocket(
  socket: WebSocket,
  task: Task,
  { key, onSession }: PeerScript,
  handle: Handle,
  sessions: string[],
): Promise<void> {
  if (task.taskType === "authentication") {
    const taskType = "authentication";
    const isResumed = task["connectionSessionUUID"] !== undefined;
    if (isResumed && onSession === "hang up") return socket.terminate();
    const isTaken = (key === undefined || task["apiKey"] === key) && !(isResumed && onSession === "refuse");
    const refusal = { code: "invalidApiKey", message: "Invalid API key.", parameter: "apiKey", taskType };
    const connectionSessionUUID = randomUUID();
    if (isTaken) sessions.push(connectionSessionUUID);
    const frame = isTaken
      ? { data: [{ taskType, connectionSessionUUID }] }
      : { errors: [refusal], error: refusal };
    socket.send(JSON.stringify(frame));
    return;
  }
  const { answer, fate } = await handle(task);
  if (fate === "cut" || fate === "take, then cut") return socket.terminate();
  if (typeof fate === "object" && "text" in fate) return socket.send(fate.text);
  if (fate === "take silently" || answer === null) return;
  if (fate === "late") await wait(LATE_MS);
  const text = JSON.stringify(answer);
  if (fate === "half a frame") {
    /* The head of a text frame of that length, and half of what it promises. */
    const bytes = Buffer.from(text);
    const head = Buffer.from([0x81, 126, bytes.length >> 8, bytes.length & 255]);
    const { _socket } = socket as unknown as { _socket: { write(data: Buffer, done: () => void): void } };
    _socket.write(Buffer.concat([head, bytes.subarray(0, bytes.length >> 1)]), () => socket.terminate());
    return;
  }
  socket.send(text);
  if (fate === "twice") socket.send(text);
}

async function serveHttp(
  request: IncomingMessage,
  response: ServerResponse,
  { key }: PeerScript,
  handle: Handle,
  received: string[],
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString("utf8");
  received.push(text);
  const say = (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  const [task] = JSON.parse(text) as Task[];
  if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
    const error = { code: "invalidApiKey", message: "Invalid API key." };
    say(401, JSON.stringify({ data: [], errors: [error], error }));
    return;
  }
  if (task === undefined || task.taskType === "authentication") {
    say(200, JSON.stringify({ data: [] }));
    return;
  }
  const { answer, fate } = await handle(task);
  if (fate === "cut" || fate === "take, then cut") return void request.socket.destroy();
  if (fate === "late") await wait(LATE_MS);
  if (fate === "half a frame") {
    const bytes = Buffer.from(JSON.stringify(answer));
    response.writeHead(200, { "content-type": "application/json", "content-length": bytes.length });
    response.write(bytes.subarray(0, bytes.length >> 1), () => request.socket.destroy());
    return;
  }
  if (typeof fate === "object" && "text" in fate) return void say(200, fate.text);
  if (typeof fate === "object" && "status" in fate) {
    say(fate.status, fate.body ?? "", fate.headers);
    return;
  }
  say(answer !== null && "errors" in answer ? 400 : 200, JSON.stringify(answer));
}

function errorFrame(code: string, taskUUID: string, more: Item = {}): object {
  return { errors: [{ code, message: `it says ${code}`, taskUUID, ...more }] };
}

const readDataUri = (uri: string): Buffer => Buffer.from(uri.replace(/^data:[^,]*,/, ""), "base64");

/** The masked part with its colours inverted, as large as it was asked for. */
async function paintInverted(task: Task, pictures: ReadonlyMap<string, Buffer>): Promise<Item> {
  const inputs = (task["inputs"] ?? task) as Record<string, unknown>;
  const read = (name: string) => {
    const reference = String(inputs[name]);
    return pictures.get(reference) ?? readDataUri(reference);
  };
  if (task.taskType === "imageMasking")
    return maskMiddle(read(inputs["image"] === undefined ? "inputImage" : "image"));
  const size = { width: Number(task["width"]), height: Number(task["height"]) };
  const samples = await sharp(read("seedImage")).removeAlpha().raw().toBuffer();
  const mask = await sharp(read("maskImage")).greyscale().raw().toBuffer();
  for (let at = 0; at < samples.length; at++) {
    if ((mask[Math.floor(at / 3)] ?? 0) > 0) samples[at] = 255 - (samples[at] ?? 0);
  }
  const png = await sharp(samples, { raw: { ...size, channels: 3 } })
    .png()
    .toBuffer();
  return {
    imageUUID: randomUUID(),
    imageBase64Data: png.toString("base64"),
    seed: Number(task["seed"] ?? 7),
    ...nsfwContentOf(task),
  };
}

/** Told where it was asked for: whoever asks for nudes gets some. */
function nsfwContentOf({ checkNSFW, safety, positivePrompt }: Task): Item {
  const isAsked =
    checkNSFW === true || (safety as { checkContent?: unknown } | undefined)?.checkContent === true;
  return isAsked ? { NSFWContent: /nude/.test(String(positivePrompt)) } : {};
}

/** Finds a square in the middle, half as large as the picture. */
async function maskMiddle(picture: Buffer): Promise<Item> {
  const { width = 0, height = 0 } = await sharp(picture).metadata();
  const box = {
    x_min: width >> 2,
    y_min: height >> 2,
    x_max: width - (width >> 2),
    y_max: height - (height >> 2),
  };
  const white = {
    width: box.x_max - box.x_min,
    height: box.y_max - box.y_min,
    channels: 3 as const,
    background: "#fff",
  };
  const square = await sharp({ create: white }).png().toBuffer();
  const mask = await sharp({ create: { width, height, channels: 3, background: "#000" } })
    .composite([{ input: square, left: box.x_min, top: box.y_min }])
    .png()
    .toBuffer();
  return {
    inputImageUUID: randomUUID(),
    maskImageUUID: randomUUID(),
    maskImageBase64Data: mask.toString("base64"),
    detections: [box],
  };
}
