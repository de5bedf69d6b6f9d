import express, { type Request, type RequestHandler, type Response } from "express";
import multer, { MulterError } from "multer";
import type { Config } from "../config/config.ts";
import { MaskloomError } from "../errors.ts";
import { exceededBound } from "../protocol/json-bounds.ts";
import type { Upload } from "../runs/batches/batch-source.ts";
import { type KeepUpload, manyFiles } from "./read-many-files.ts";
import type { BodySpec, RawRequest, UploadedFile } from "./route.ts";
import { createSendingTurns, type SendingTurns, type TurnPatience, tooSlow } from "./sending-turns.ts";

type ReadBody = Pick<RawRequest, "body" | "bodyKind" | "file" | "uploads">;
/** Whoever sends a body. */
interface BodySender {
  /** By whatever tells clients apart. */
  readonly client: string;
  /** Stores one file of a form of many. */
  readonly keep: KeepUpload;
}

export type BodyReader = (
  spec: BodySpec | null,
  request: Request,
  response: Response,
  sender: BodySender,
) => Promise<ReadBody>;

/** Text fields of a form, and everything of a JSON body besides the picture. */
const FIELD_BYTES = 1024 * 1024;
const MOST_FIELDS = 10;
/** Base64 takes four characters for three bytes. */
const BASE64 = 4 / 3;
/** Pictures are read into memory; what comes beyond so many at a time waits, unread. */
const BODIES_AT_ONCE = 8;

/** Many files are stored while they come, which may take longer than sending them. */
const PATIENCE_WITH_MANY: TurnPatience = {
  windowMs: 10_000,
  leastBytes: 1,
  soonWindows: Number.POSITIVE_INFINITY,
  mostWindows: Number.POSITIVE_INFINITY,
};

/** Bytes of the largest body that any route takes. */
export function largestBody(limits: Config["limits"]): number {
  return Math.ceil(limits.inputBytes * BASE64) + FIELD_BYTES;
}

/** Reads bodies of the routes that take one, within the limits, and only after the request was let in. */
export function createBodyReader(limits: Config["limits"]): BodyReader {
  const turns = createSendingTurns(BODIES_AT_ONCE);
  const turnsOfMany = createSendingTurns(BODIES_AT_ONCE, PATIENCE_WITH_MANY);
  const jsonBytes = largestBody(limits);
  const verify = (_request: unknown, _response: unknown, bytes: Buffer, encoding: string): void =>
    refuseBeyondBounds(bytes, encoding);
  const json = express.json({ limit: jsonBytes, type: "application/json", verify });
  const formOf = (file: string): RequestHandler =>
    multer({
      storage: multer.memoryStorage(),
      defParamCharset: "utf8",
      limits: {
        fileSize: limits.inputBytes,
        files: 1,
        fields: MOST_FIELDS,
        fieldSize: FIELD_BYTES,
        fieldNameSize: 100,
        fieldNestingDepth: 0,
        parts: MOST_FIELDS + 1,
      },
    }).single(file);

  const manyOf = (field: string, keep: KeepUpload, uploads: Upload[]): RequestHandler => {
    const fieldLimits = { fieldBytes: FIELD_BYTES, fields: MOST_FIELDS };
    return manyFiles({ field, fileBytes: limits.inputBytes, ...fieldLimits, keep }, uploads);
  };

  return async (spec, request, response, { client, keep }) => {
    if (spec === null || (spec.isOptional && !hasBody(request))) return NO_BODY;
    const form = request.is("multipart/form-data") ? (spec.form ?? null) : null;
    if (form === null && (spec.json === null || !request.is("application/json"))) {
      throw unsupported(request, spec);
    }
    const uploads: Upload[] = [];
    if (form?.many !== true) refuseDeclaredSize(request, jsonBytes);
    const middleware =
      form === null ? json : form.many ? manyOf(form.file, keep, uploads) : formOf(form.file);
    const read = () => runMiddleware(middleware, request, response);
    const own = form?.many === true ? turnsOfMany : turns;
    await inTurn({ turns: own, mostBytes: jsonBytes, client }, request, read).catch((error: unknown) => {
      if (!request.complete) response.set("connection", "close");
      throw describeUploadError(error, limits, form?.file ?? "image");
    });
    const body: unknown = form === null ? request.body : { ...request.body };
    return { body, bodyKind: form === null ? "json" : "form", file: uploadedFile(request), uploads };
  };
}

const NO_BODY: ReadBody = { body: undefined, bodyKind: "none", file: undefined, uploads: [] };

const hasBody = ({ headers }: Request): boolean =>
  headers["transfer-encoding"] !== undefined || (declaredBytes({ headers }) ?? 0) > 0;

/** Twenty times what the longest list takes that any route does; and workflows are a dozen deep. */
const BOUNDS = { depth: 100, values: 2_000_000 };

/** A picture's worth of `[[],[],…` takes gigabytes once it is read; nothing is told apart from its bytes in any but one encoding. */
function refuseBeyondBounds(bytes: Uint8Array, encoding: string): void {
  if (!/^utf-?8$/i.test(encoding)) {
    throw new MaskloomError("INPUT_INVALID", `request body: expected JSON in UTF-8, got ${encoding}`);
  }
  const bound = exceededBound(bytes, BOUNDS);
  if (bound === null) return;
  const fact =
    bound === "depth" ? `JSON at most ${BOUNDS.depth} levels deep` : `at most ${BOUNDS.values} values`;
  throw new MaskloomError("INPUT_INVALID", `request body: expected ${fact}, got more`);
}

/** Said before the body is read, so that nobody sends gigabytes to learn it. */
export function refuseDeclaredSize(request: Request, limit: number): void {
  if ((declaredBytes(request) ?? 0) > limit) throw tooLarge("request body", limit);
}

/** What a request says of the length of its body; undefined where it does not. */
export function declaredBytes({ headers }: Pick<Request, "headers">): number | undefined {
  const text = headers["content-length"];
  return text === undefined ? undefined : Number(text);
}

function unsupported(request: Request, spec: BodySpec): MaskloomError {
  const kinds = [
    spec.form === undefined ? [] : "multipart/form-data",
    spec.json === null ? [] : "application/json",
  ];
  const expected = kinds.flat().join(" or ");
  const type = request.headers["content-type"] ?? "none";
  return new MaskloomError("INPUT_INVALID", `Content-Type: expected ${expected}, got ${type}`);
}

function uploadedFile({ file }: Request): UploadedFile | undefined {
  return file === undefined ? undefined : { name: file.originalname, content: file.buffer };
}

interface TurnOptions {
  readonly turns: SendingTurns;
  /** Of a request that does not say how long it is. */
  readonly mostBytes: number;
  readonly client: string;
}

/** Who sends little waits for nobody. */
async function inTurn(
  { turns, mostBytes, client }: TurnOptions,
  request: Request,
  read: () => Promise<void>,
): Promise<void> {
  const owed = declaredBytes(request) ?? mostBytes;
  if (owed <= FIELD_BYTES) return read();
  let turnAway = (_error: MaskloomError): void => undefined;
  const turnedAway = new Promise<never>((_resolve, reject) => {
    turnAway = reject;
  });
  const { socket } = request;
  const received = () => socket.bytesRead;
  const turn = turns.take({ client, received, owed, onTooSlow: () => turnAway(tooSlow()) });
  try {
    await turn.begun;
    await Promise.race([read(), turnedAway]);
  } finally {
    turn.end();
  }
}

function runMiddleware(middleware: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    /* The parsers listen for the connection's end; one that was lost while it waited for its turn would never tell. */
    if (request.socket.destroyed) reject(new MaskloomError("CANCELLED", "the client closed the connection"));
    else
      middleware(request, response, (error?: unknown) => {
        if (error === undefined || error === null) resolve();
        else reject(error);
      });
  });
}

function describeUploadError(error: unknown, limits: Config["limits"], field: string): unknown {
  if (!(error instanceof MulterError)) {
    /* busboy speaks of a damaged form in plain errors. */
    const isPlain = error instanceof Error && !("status" in error) && !("code" in error);
    if (!isPlain) return error;
    return new MaskloomError("INPUT_INVALID", `form: ${error.message}`, { cause: error });
  }
  if (error.code === "LIMIT_FILE_SIZE") return tooLarge(`file ${field}`, limits.inputBytes, error);
  const hint =
    error.code === "LIMIT_UNEXPECTED_FILE" || error.code === "LIMIT_FILE_COUNT"
      ? `; expected one file, named ${field}`
      : "";
  const where = error.field === undefined ? "" : ` (${error.field})`;
  return new MaskloomError("INPUT_INVALID", `form: ${error.message}${where}${hint}`, { cause: error });
}

function tooLarge(what: string, limit: number, cause?: unknown): MaskloomError {
  const mebibytes = (limit / (1024 * 1024)).toFixed(1);
  return new MaskloomError("IMAGE_TOO_LARGE", `${what}: expected at most ${mebibytes} MiB, got more`, {
    cause,
  });
}
