import { type RawData, WebSocket } from "ws";
import type { z } from "zod";
import type { ProviderSettings } from "../../../config/provider-settings.ts";
import { authorizationOf } from "../http/provider-http.ts";
import { FEATURE_FLAGS, jsonOf, readPreviewFrame, SocketMessage } from "./comfyui-wire.ts";

/** Previews of pictures of any size. */
const MOST_BYTES = 32 * 1024 ** 2;
/** Nobody waits longer for being told how far it is. */
const OPEN_MS = 2_000;
/** Whoever took a workflow up and hears nothing for so long connects anew: it may be told nothing any more. */
const SILENCE_MS = 5_000;

export interface ProgressSocket {
  /** Resolves when it is open, or will not be: what begins before is not told of. */
  readonly settled: Promise<void>;
  close(): void;
}

interface Told {
  /** How many of the steps of one node are done. @param steps at least 1 */
  onProgress(promptId: string, step: number, steps: number): void;
  /** What it looks like at the moment: a JPEG, a PNG or something else. */
  onPreview(promptId: string, picture: Uint8Array): void;
  /** Something has happened: it is worth asking. */
  onNews(): void;
}

/** They say how far it is, and nothing that is worth asking for. */
const PROGRESS: ReadonlySet<string> = new Set(["progress", "progress_state"]);

/**
 * Which workflow is worked on after a message; null = none, undefined = it does not say. What is submitted without a client's
 * id is told to all clients, its previews as well, which in their older form do not say whose they are.
 */
function workedOn({ type, data: { prompt_id: promptId, node } }: Message): string | null | undefined {
  if (typeof promptId !== "string") return undefined;
  return ENDED.has(type) || (type === "executing" && node === null) ? null : promptId;
}

type Message = z.output<typeof SocketMessage>;
const ENDED: ReadonlySet<string> = new Set(["execution_success", "execution_error", "execution_interrupted"]);

/**
 * What ComfyUI tells while it works. Only how far it is, what it looks like and when to ask are taken from here: where this
 * connection breaks, or is never made, the answer comes all the same.
 * @param isTakenUp whether another process submitted the workflow, under the same client's id. ComfyUI tells whoever connected
 * last, and nobody any more once any connection of that id ends: a worker that lost its task and ends later than we began.
 */
export function openProgressSocket(
  settings: ProviderSettings,
  clientId: string,
  told: Told,
  { isTakenUp }: { readonly isTakenUp: boolean },
): ProgressSocket {
  const read = readerFor(told);
  let isClosed = false;
  let silence: NodeJS.Timeout | undefined;
  const begin = (): WebSocket => {
    const begun = connect(settings, clientId);
    begun.on("message", (data, isBinary) => {
      listen();
      read(data, isBinary);
    });
    return begun;
  };
  const listen = (): void => {
    clearTimeout(silence);
    if (isTakenUp && !isClosed) silence = setTimeout(beginAnew, SILENCE_MS);
  };
  /* Not before ours has ended there, which would end the new one's being told, too. */
  const beginAnew = (): void => {
    const again = (): void => {
      if (isClosed) return;
      socket = begin();
      listen();
    };
    if (socket.readyState === WebSocket.CLOSED) again();
    else socket.once("close", again).close();
  };
  let socket = begin();
  listen();
  const settled = new Promise<void>((resolve) => {
    for (const event of ["open", "error", "close"] as const) socket.once(event, () => resolve());
  });
  return {
    settled,
    close() {
      isClosed = true;
      clearTimeout(silence);
      socket.terminate();
    },
  };
}

function connect({ url, key }: ProviderSettings, clientId: string): WebSocket {
  const address = `${url.replace(/^http/, "ws")}/ws?clientId=${encodeURIComponent(clientId)}`;
  const socket = new WebSocket(address, {
    maxPayload: MOST_BYTES,
    followRedirects: false,
    handshakeTimeout: OPEN_MS,
    headers: key === undefined ? {} : { authorization: authorizationOf(key) },
  });
  socket.on("error", () => undefined);
  socket.on("open", () => socket.send(JSON.stringify(FEATURE_FLAGS), () => undefined));
  return socket;
}

function readerFor(told: Told): (data: RawData, isBinary: boolean) => void {
  let current: string | null = null;
  return (data, isBinary) => {
    if (isBinary) {
      const preview = readPreviewFrame(bytesOf(data));
      const whose = preview?.promptId ?? current;
      if (preview !== null && whose !== null) told.onPreview(whose, preview.picture);
      return;
    }
    const message = SocketMessage.safeParse(jsonOf(String(data))).data;
    if (message === undefined) return;
    const now = workedOn(message);
    if (now !== undefined) current = now;
    const { prompt_id: promptId, value, max } = message.data;
    if (!PROGRESS.has(message.type)) return told.onNews();
    if (typeof promptId === "string" && typeof value === "number" && typeof max === "number" && max > 0) {
      told.onProgress(promptId, Math.min(value, max), max);
    }
  };
}

const bytesOf = (data: RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data;
