import { z } from "zod";
import { isJsonObject } from "../../contracts/json.ts";
import { MaskloomError, parseAs } from "../../errors.ts";

/* What a peer answers with, in every form that it is known to come in: docs/wire.md, sections 2 and 3. */

/** A field that is null is one that says nothing: it must not cost us the picture beside it. */
const told = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) =>
      isJsonObject(value)
        ? Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null))
        : value,
    schema,
  );

const Fault = z.looseObject({
  code: z.union([z.string(), z.number()]).transform(String).default("unknownError"),
  message: z.string().default("without a message"),
  parameter: z.union([z.string(), z.array(z.string())]).optional(),
  taskType: z.string().optional(),
  taskUUID: z.string().optional(),
  context: z.looseObject({ retryAfterSeconds: z.number().optional() }).optional().catch(undefined),
});
/** An error as the peer tells it. `parameter` may be one name or several. */
export const PeerError = told(Fault);
export type PeerError = z.output<typeof PeerError>;

const Item = z.looseObject({
  taskType: z.string().optional(),
  taskUUID: z.string().optional(),
  status: z.string().optional(),
  /** 0–100. */
  progress: z.number().optional().catch(undefined),
  cost: z.number().min(0).optional().catch(undefined),
  error: PeerError.optional(),
});
/** One result, acknowledgement or state of a task. */
export const PeerItem = told(Item);
export type PeerItem = z.output<typeof PeerItem>;

const oneOrMany = <T extends z.ZodType>(schema: T) =>
  z.union([z.array(schema), schema.transform((one) => [one])]).default([]);

/** `data` is an array or one object; errors come as `errors` or as one `error`, or both say the same. */
const Frame = told(
  z.looseObject({
    data: oneOrMany(PeerItem),
    errors: oneOrMany(PeerError),
    error: z.union([PeerError, z.literal(true)]).optional(),
    errorMessage: z.string().optional(),
  }),
);

export interface PeerFrame {
  readonly items: readonly PeerItem[];
  readonly errors: readonly PeerError[];
}

/** @throws PROVIDER_FAILED for what is no frame of the protocol */
export function readFrame(text: string, who: string): PeerFrame {
  const { data, errors, error, errorMessage } = parseAs(
    Frame,
    unwrap(parseJson(text, who)),
    `${who}: its answer`,
    "PROVIDER_FAILED",
  );
  if (errors.length > 0 || error === undefined) return withOwnErrors({ items: data, errors });
  /* The oldest form: `{ "error": true, "errorMessage": … }`, which only ever spoke of the key. */
  const single =
    error === true
      ? { code: "invalidApiKey", message: errorMessage ?? "Invalid api key", taskType: "authentication" }
      : error;
  return withOwnErrors({ items: data, errors: [single] });
}

/** getResponse may tell of a failed result as an item of its own. */
function withOwnErrors({ items, errors }: PeerFrame): PeerFrame {
  const failed = items.filter(({ status }) => status === "error");
  if (failed.length === 0) return { items, errors };
  const own = failed.map(
    ({ error, taskUUID }): PeerError => ({
      code: "unknownError",
      message: "without a message",
      ...(taskUUID === undefined ? {} : { taskUUID }),
      ...error,
    }),
  );
  return { items: items.filter(({ status }) => status !== "error"), errors: [...errors, ...own] };
}

/** Some answers come as a list of one frame. */
function unwrap(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function parseJson(text: string, who: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const kind = /^\s*</.test(text) ? "a web page" : "something else";
    throw new MaskloomError(
      "PROVIDER_FAILED",
      `${who}: expected JSON, got ${kind}; is it another program that answers at this address?`,
      { cause: error },
    );
  }
}
