import { z } from "zod";

/* What ComfyUI takes and answers, as far as it is read; it says more than this. */

/** A workflow in API format: nodes by their ids, links as [id, output]. */
export const ApiGraph = z.record(
  z.string(),
  z.looseObject({
    class_type: z.string(),
    inputs: z.record(z.string(), z.unknown()),
    _meta: z.looseObject({ title: z.string().optional() }).optional(),
  }),
);
export type ApiGraph = z.output<typeof ApiGraph>;

/** A file there: what is uploaded, and what comes out. */
export const StoredFile = z.object({
  /** `name` of an upload. */
  name: z.string(),
  subfolder: z.string(),
  type: z.string(),
});
export type StoredFile = z.output<typeof StoredFile>;

export const Accepted = z.object({ prompt_id: z.string() });

const OutputFile = z.object({ filename: z.string(), subfolder: z.string(), type: z.string() });
export type OutputFile = z.output<typeof OutputFile>;

/** One workflow that came to its end, well or badly. */
export const HistoryEntry = z.object({
  outputs: z.record(z.string(), z.looseObject({ images: z.array(OutputFile).optional() })),
  status: z
    .object({
      status_str: z.string(),
      completed: z.boolean(),
      /** What happened: a name and its facts. */
      messages: z.array(z.tuple([z.string(), z.looseObject({})])),
    })
    .nullish(),
});
export type HistoryEntry = z.output<typeof HistoryEntry>;

export const History = z.record(z.string(), HistoryEntry);

/** Of an entry of the queue, [number, id, …]. */
const QueueItem = z.tuple([z.number(), z.string()]).rest(z.unknown());
export const Queue = z.object({ queue_running: z.array(QueueItem), queue_pending: z.array(QueueItem) });

/** A message of the WebSocket; only progress is of interest, the end is asked for. */
export const SocketMessage = z.object({
  type: z.string(),
  data: z.looseObject({
    prompt_id: z.string().nullish(),
    /** Of `executing`: null where the workflow has ended. Most of the others have none, and zod wants a key that may be anything. */
    node: z.unknown().optional(),
    value: z.number().nullish(),
    max: z.number().nullish(),
  }),
});

/** Kinds of binary frames (protocol.py, BinaryEventTypes), and what stands before their pictures. */
const PREVIEW = 1;
const PREVIEW_WITH_METADATA = 4;
const NUMBER_BYTES = 4;

/** What a client says first of all, so that newer ones name the workflow with each preview (feature_flags.py); older ones do not listen. */
export const FEATURE_FLAGS = { type: "feature_flags", data: { supports_preview_metadata: true } } as const;

const PreviewMetadata = z.looseObject({ prompt_id: z.string() });

interface PreviewFrame {
  /** As it stands there. */
  readonly picture: Uint8Array;
  /** Of the workflow that it is of; null where the frame does not say. */
  readonly promptId: string | null;
}

/**
 * What is in a binary frame; null where it has no picture. Numbers are big-endian: the frame's kind, then the picture's
 * format, which it tells itself, or the length of the metadata before it.
 */
export function readPreviewFrame(frame: Buffer): PreviewFrame | null {
  const start = 2 * NUMBER_BYTES;
  if (frame.length < start) return null;
  const kind = frame.readUInt32BE(0);
  if (kind !== PREVIEW && kind !== PREVIEW_WITH_METADATA) return null;
  const before = kind === PREVIEW ? 0 : frame.readUInt32BE(NUMBER_BYTES);
  const picture = frame.subarray(start + before);
  if (picture.length === 0) return null;
  const metadata = PreviewMetadata.safeParse(jsonOf(frame.subarray(start, start + before).toString("utf8")));
  return { picture, promptId: metadata.data?.prompt_id ?? null };
}

/** Null for what is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const ExecutionFault = z.object({
  node_id: z.union([z.string(), z.number()]),
  node_type: z.string(),
  exception_type: z.string(),
  exception_message: z.string(),
});

const Fault = z.object({ message: z.string(), details: z.string().nullish() });

export const Refusal = z.object({
  error: z.union([z.string(), Fault]),
  node_errors: z
    .union([
      z.record(z.string(), z.object({ class_type: z.string().nullish(), errors: z.array(Fault) })),
      z.array(z.unknown()),
    ])
    .nullish(),
});

/** A list of choices of a node's input, in the older form and in the newer one. */
const Choices = z.union([
  z.tuple([z.array(z.string())]).rest(z.unknown()),
  z.tuple([z.literal("COMBO"), z.object({ options: z.array(z.string()) })]).rest(z.unknown()),
]);

const Inputs = z.record(z.string(), z.unknown());

/** What a node takes: of /object_info, by class; without an entry for one that is not there. */
export const ObjectInfo = z.record(
  z.string(),
  z.looseObject({ input: z.looseObject({ required: Inputs.optional(), optional: Inputs.optional() }) }),
);

export interface NodeInfo {
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What an input may be; null where it is no list of choices. */
export function choicesOf(input: unknown): readonly string[] | null {
  const [first, second] = Choices.safeParse(input).data ?? [];
  if (first === undefined) return null;
  if (Array.isArray(first)) return first;
  return z.object({ options: z.array(z.string()) }).parse(second).options;
}

export const SystemStats = z.object({
  system: z.looseObject({ comfyui_version: z.string().nullish() }),
  devices: z.array(z.looseObject({ name: z.string() })),
});
