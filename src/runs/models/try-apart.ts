import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type ErrorCode, ErrorRecord, MaskloomError, parseAs } from "../../errors.ts";
import { unreadableModel } from "../../onnx/unreadable-model.ts";
import { Tried } from "./run-once.ts";

const TrialReply = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), tried: Tried }),
  z.object({ ok: z.literal(false), error: ErrorRecord }),
]);
export type TrialReply = z.output<typeof TrialReply>;

/** What one run of a model may take. */
export interface TrialLimits {
  /** Of computing, by all threads together: a busy machine refuses nothing. */
  readonly seconds: number;
  readonly memoryBytes: number;
}

/** Many times what any network takes that has so large a file: YOLOv8x-seg, of 290 MB, a few seconds and 1 GiB. */
export function trialLimits(fileBytes: number): TrialLimits {
  return {
    seconds: 15 + Math.ceil(fileBytes / 1e6),
    memoryBytes: 2 * 1024 ** 3 + 4 * fileBytes,
  };
}

/**
 * As `runOnce`, of a file that nobody knows yet: in a process of its own, which is ended when it takes more than the
 * limits. What a network computes cannot be told from its file: some hundred bytes can ask for all memory there
 * is, or for ever. Throws what `runOnce` throws, and MODEL_UNREADABLE where the process was ended or ended by itself.
 * @param folder the models folder in which the model was added
 */
export async function tryApart(
  folder: string,
  id: string,
  { seconds, memoryBytes }: TrialLimits,
): Promise<Tried> {
  const child = forkTrial([folder, id, String(seconds), String(memoryBytes)]);
  const said = lastWords(child);
  const exited = once(child, "exit");
  const [reply, [code, signal]] = await Promise.all([firstMessage(child), exited]);
  if (reply === null) {
    throw unreadableModel(
      id,
      `the runtime did not survive it (${[signal ?? `exit code ${code}`, ...said()].join(": ")}); choose another model`,
    );
  }
  const answer = parseAs(TrialReply, reply, "trial of a model");
  if (answer.ok) return answer.tried;
  throw new MaskloomError(answer.error.code as ErrorCode, answer.error.message);
}

/** From sources it runs through tsx, from dist as it is. It ends when this process does. */
function forkTrial(args: readonly string[]): ChildProcess {
  const here = fileURLToPath(import.meta.url);
  const extension = path.extname(here);
  return fork(path.join(path.dirname(here), `trial-process${extension}`), args, {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: extension === ".ts" ? ["--import", "tsx"] : [],
  });
}

/** Null where the process ended without one. */
function firstMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    child.once("message", resolve);
    child.once("close", () => resolve(null));
  });
}

const MOST_SAID = 1_000;

/** The last line that the process wrote to its stderr; none where it wrote nothing. */
function lastWords({ stderr }: ChildProcess): () => string[] {
  let tail = "";
  stderr?.setEncoding("utf8").on("data", (text: string) => {
    tail = (tail + text).slice(-MOST_SAID);
  });
  return () => tail.trim().split("\n").slice(-1).filter(Boolean);
}
