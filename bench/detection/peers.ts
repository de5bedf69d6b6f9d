import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { PACKAGE_ROOT } from "../../src/package-root.ts";

const run = promisify(execFile);
const FOLDER = path.join(PACKAGE_ROOT, "bench/detection/peers");
const MAX_OUTPUT = 64 * 1024 * 1024;

/** Task, then photo: milliseconds of each round and how many were found; or why there is nothing. */
const PeerAnswer = z.record(
  z.string(),
  z.union([
    z.strictObject({ error: z.string() }),
    z.record(z.string(), z.strictObject({ ms: z.array(z.number()), found: z.int() })),
  ]),
);
type PeerAnswer = z.output<typeof PeerAnswer>;

interface PeerWork {
  readonly rounds: number;
  readonly photos: readonly string[];
  /** Files of YOLO networks by the ids of their models. */
  readonly weights: Readonly<Record<string, string>>;
}

interface Peer {
  readonly name: string;
  /** How to come by it; it is no part of the project. */
  readonly install: string;
  /** Which of its tasks does what the model does. */
  taskOf(model: string, weights: PeerWork["weights"]): string | undefined;
  /** Prints a PeerAnswer on the last line. @throws where it is not installed */
  measure(work: PeerWork): Promise<{ stdout: string }>;
}

export interface MeasuredPeer {
  readonly name: string;
  taskOf(model: string): string | undefined;
  readonly answer: PeerAnswer;
  /** Why there is no answer at all. */
  readonly failure: string | null;
}

const MEDIAPIPE_TASKS: Readonly<Record<string, string>> = {
  mediapipe_face_short: "face short",
  mediapipe_face_full: "face full",
  mediapipe_face_mesh: "face mesh",
  mediapipe_face_mesh_attention: "face mesh attention",
  mediapipe_hand: "hand",
  mediapipe_person: "person",
  mediapipe_selfie: "selfie",
};
const HUMAN_TASKS: Readonly<Record<string, string>> = {
  mediapipe_face_short: "face",
  mediapipe_face_mesh: "face mesh",
  mediapipe_hand: "hand",
};

const NOT_INSTALLED = "not installed";

const nodePeer =
  (script: string, more: readonly string[] = []): Peer["measure"] =>
  async ({ rounds, photos }) => {
    if (!existsSync(path.join(FOLDER, "node_modules"))) throw new Error(NOT_INSTALLED);
    const args = [path.join(FOLDER, script), String(rounds), ...more, ...photos];
    return await run(process.execPath, args, { maxBuffer: MAX_OUTPUT });
  };

const npmCi = "npm ci --prefix bench/detection/peers";

export const PEERS: readonly Peer[] = [
  {
    name: "MediaPipe in Chromium",
    install: `${npmCi}, and Chromium (CHROMIUM=<path> unless /usr/bin/chromium)`,
    taskOf: (model) => MEDIAPIPE_TASKS[model],
    measure: nodePeer("mediapipe.mjs", [path.join(PACKAGE_ROOT, "node_modules/@mediapipe")]),
  },
  {
    name: "human in Node",
    install: npmCi,
    taskOf: (model) => HUMAN_TASKS[model],
    measure: nodePeer("human.mjs"),
  },
  {
    name: "Python",
    install: "PYTHON=<interpreter> that has mediapipe 0.10.14, ultralytics and onnxruntime",
    taskOf: (model, weights) => (model in weights ? `ultralytics ${model}` : MEDIAPIPE_TASKS[model]),
    async measure({ rounds, photos, weights }) {
      const python = process.env["PYTHON"];
      if (python === undefined) throw new Error(NOT_INSTALLED);
      const files = Object.entries(weights).map(([id, file]) => `${id}=${file}`);
      const script = path.join(FOLDER, "python_peers.py");
      return await run(python, [script, String(rounds), ...files, "--", ...photos], {
        maxBuffer: MAX_OUTPUT,
      });
    },
  },
];

export async function measurePeer(
  { name, install, measure, ...peer }: Peer,
  work: PeerWork,
): Promise<MeasuredPeer> {
  const taskOf = (model: string) => peer.taskOf(model, work.weights);
  try {
    const { stdout } = await measure(work);
    const answer = PeerAnswer.parse(JSON.parse(stdout.slice(stdout.lastIndexOf("\n{") + 1)));
    return { name, taskOf, answer, failure: null };
  } catch (error) {
    const [failure = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    process.stdout.write(`\n${name}: skipped (${failure}); to install: ${install}\n`);
    return { name, taskOf, answer: {}, failure };
  }
}
