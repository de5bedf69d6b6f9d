import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Request } from "express";
import { MaskloomError } from "../../errors.ts";
import { declaredBytes } from "../read-body.ts";
import { type SendingTurns, type Turn, tooSlow } from "../sending-turns.ts";

/** Below it nobody needs to wait for a turn. */
const SMALL_BYTES = 1024 * 1024;

const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

interface WireBodyOptions {
  /** Of the whole, unpacked. */
  readonly mostBytes: number;
  readonly turns: SendingTurns;
  /** Whose it is, by whatever tells clients apart. */
  readonly client: string;
}

/**
 * All bytes of a request, unpacked. It takes a turn once more of it has come than is small, whatever it said of its length:
 * until then, and while it waits, a slow sender is in nobody's way.
 * @throws INPUT_INVALID for what cannot be unpacked, IMAGE_TOO_LARGE beyond `mostBytes`, RATE_LIMITED where it lost its turn
 * to others, CANCELLED where its connection ended
 */
export async function readWireBody(
  request: Request,
  { mostBytes, turns, client }: WireBodyOptions,
): Promise<Uint8Array> {
  const body = decoded(request);
  const held: { turn: Turn | null } = { turn: null };
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const takeTurn = () => {
        body.pause();
        const onTooSlow = () => reject(tooSlow());
        const received = () => request.socket.bytesRead;
        held.turn = turns.take({ client, received, owed: declaredBytes(request) ?? mostBytes, onTooSlow });
        void held.turn.begun.then(() => body.resume());
      };
      body.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > mostBytes) reject(tooLarge(mostBytes));
        else if (held.turn === null && bytes > SMALL_BYTES) takeTurn();
      });
      body.once("end", () =>
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
      );
      body.once("error", (error) => reject(isGone(request) ? gone() : unreadable(error)));
      request.once("close", () => {
        if (isGone(request)) reject(gone());
      });
    });
  } finally {
    held.turn?.end();
    /* What still comes after a refusal is for nobody. */
    body.removeAllListeners("data").on("error", () => undefined);
    if (body !== request) {
      request.unpipe();
      body.destroy();
      request.resume();
    }
  }
}

function decoded(request: Request): Readable {
  const encoding = (request.headers["content-encoding"] ?? "identity").toLowerCase();
  if (encoding === "identity") return request;
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (decoder !== undefined) return request.pipe(decoder());
  throw new MaskloomError(
    "INPUT_INVALID",
    `Content-Encoding: expected ${Object.keys(DECODERS).join(", ")} or none, got ${encoding.slice(0, 100)}`,
  );
}

const isGone = ({ complete, destroyed }: Request): boolean => destroyed && !complete;
const gone = () => new MaskloomError("CANCELLED", "the client closed the connection");

const tooLarge = (mostBytes: number): MaskloomError =>
  new MaskloomError(
    "IMAGE_TOO_LARGE",
    `request body: expected at most ${(mostBytes / (1024 * 1024)).toFixed(1)} MiB, got more`,
  );

function unreadable(error: Error): MaskloomError {
  return new MaskloomError("INPUT_INVALID", `request body: it cannot be read: ${error.message}`, {
    cause: error,
  });
}
