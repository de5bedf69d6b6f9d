/** The program whose way of writing was recognised. */
export type Generator =
  | "a1111"
  | "comfyui"
  | "invokeai"
  | "fooocus"
  | "swarmui"
  | "novelai"
  | "drawthings"
  | "runware";

/** What a picture says of how it was made. What it does not say is absent; a text is never empty. */
export interface Generation {
  readonly generator: Generator;
  /** As written, LoRA tags and weights included. */
  readonly prompt?: string;
  readonly negativePrompt?: string;
  /** 0 … 2^53 − 1 */
  readonly seed?: number;
  readonly steps?: number;
  readonly sampler?: string;
  readonly scheduler?: string;
  readonly CFGScale?: number;
  readonly strength?: number;
  /** As A1111 counts: 1 = the last layer, none is skipped. */
  readonly clipSkip?: number;
  /** Name of the checkpoint, without folder and extension. */
  readonly model?: string;
  readonly modelHash?: string;
  /** Of the first picture that was made; later enlarging changes the file's size only. */
  readonly size?: { readonly width: number; readonly height: number };
  /** What was cut or left out, and why. */
  readonly notes?: readonly string[];
}

/** The same with whatever was written in the places of values: texts for numbers, lists, nonsense. */
export type Claims = Partial<
  Readonly<Record<Exclude<keyof Generation, "generator" | "notes" | "size">, unknown>>
> & {
  readonly width?: unknown;
  readonly height?: unknown;
};

/** A prompt may be as long as an inpainter takes one; longer ones are cut. */
export const LONGEST_PROMPT = 10_000;
const LONGEST_NAME = 500;

/** What of the claims can be held to be true; null where nothing is left. */
export function makeGeneration(generator: Generator, claims: Claims): Generation | null {
  const said = believeClaims(claims);
  return Object.keys(said).length === 0 ? null : { generator, ...said };
}

/** The same of whoever makes them: fields that cannot be what they claim to be are absent. */
export function believeClaims(claims: Claims): Omit<Generation, "generator"> {
  const notes: string[] = [];
  const values = {
    prompt: prompt("prompt", claims.prompt, notes),
    negativePrompt: prompt("negativePrompt", claims.negativePrompt, notes),
    seed: seed(claims.seed, notes),
    steps: whole(claims.steps),
    sampler: name(claims.sampler),
    scheduler: name(claims.scheduler),
    CFGScale: number(claims.CFGScale),
    strength: number(claims.strength),
    clipSkip: whole(claims.clipSkip),
    model: modelName(claims.model),
    modelHash: name(claims.modelHash),
    size: size(whole(claims.width), whole(claims.height)),
    notes: notes.length === 0 ? undefined : notes,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function prompt(field: string, value: unknown, notes: string[]): string | undefined {
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const text = withoutControls(value).trim();
  if (text.length <= LONGEST_PROMPT) return text === "" ? undefined : text;
  notes.push(`${field}: its first ${LONGEST_PROMPT} of ${text.length} characters`);
  return cut(text, LONGEST_PROMPT);
}

/** PostgreSQL's JSON has no place for U+0000 nor for half of a surrogate pair. */
function withoutControls(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD").replaceAll("\0", "");
}

/** Never between the halves of one character. */
function cut(text: string, length: number): string {
  const end = /[\uD800-\uDBFF]$/.test(text.slice(0, length)) ? length - 1 : length;
  return text.slice(0, end);
}

function name(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = cut(withoutControls(value).trim(), LONGEST_NAME);
  return text === "" ? undefined : text;
}

function modelName(value: unknown): string | undefined {
  const file = name(value)?.split(/[\\/]/).at(-1);
  return name(file?.replace(/\.(safetensors|ckpt|pt|pth|bin|gguf|sft)$/i, ""));
}

function number(value: unknown): number | undefined {
  const isNumeral = typeof value === "string" && /^\s*-?\d{1,30}(\.\d{1,30})?\s*$/.test(value);
  const read = isNumeral ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) && read >= 0 ? read : undefined;
}

function whole(value: unknown): number | undefined {
  const read = number(value);
  return read !== undefined && Number.isSafeInteger(read) ? read : undefined;
}

/** −1 asks for a random one, and so says nothing. */
function seed(value: unknown, notes: string[]): number | undefined {
  const read = number(value);
  if (read === undefined || Number.isSafeInteger(read)) return read;
  notes.push("seed: left out, since it is not a whole number below 2^53");
  return undefined;
}

function size(width: number | undefined, height: number | undefined): Generation["size"] {
  return width === undefined || height === undefined || width === 0 || height === 0
    ? undefined
    : { width, height };
}
