import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { PACKAGE_ROOT } from "../../src/package-root.ts";

const run = promisify(execFile);
const FOLDER = path.join(PACKAGE_ROOT, "bench/detection/peers");
const MAX_OUTPUT = 64 * 1024 * 1024;

/** Task, then photo: milliseconds per picture and how many were found. */
export type PeerAnswer = Readonly<Record<string, Readonly<Record<string, { ms: number; found: number }>>>>;

interface Peer {
  readonly name: string;
  /** How to come by it; it is no part of the project. */
  readonly install: string;
  measure(rounds: number, photos: readonly string[]): Promise<PeerAnswer>;
}

const nodePeer =
  (script: string, more: readonly string[] = []) =>
  async (rounds: number, photos: readonly string[]) => {
    if (!existsSync(path.join(FOLDER, "node_modules"))) throw new Error("not installed");
    const { stdout } = await run(
      process.execPath,
      [path.join(FOLDER, script), String(rounds), ...more, ...photos],
      {
        maxBuffer: MAX_OUTPUT,
      },
    );
    return JSON.parse(stdout) as PeerAnswer;
  };

const npmCi = "npm ci --prefix bench/detection/peers";

export const PEERS: readonly Peer[] = [
  {
    name: "MediaPipe in Chromium",
    install: `${npmCi}, and Chromium (CHROMIUM=<path> unless /usr/bin/chromium)`,
    measure: nodePeer("mediapipe.mjs", [path.join(PACKAGE_ROOT, "node_modules/@mediapipe")]),
  },
  { name: "human in Node", install: npmCi, measure: nodePeer("human.mjs") },
  {
    name: "Python",
    install:
      "PYTHON=<interpreter> that has mediapipe 0.10.14 and ultralytics; YOLO_WEIGHTS=<files, colons between>",
    async measure(rounds, photos) {
      const python = process.env["PYTHON"];
      if (python === undefined) throw new Error("not installed");
      const weights = (process.env["YOLO_WEIGHTS"] ?? "").split(":").filter((file) => file !== "");
      const script = path.join(FOLDER, "python_peers.py");
      const { stdout } = await run(python, [script, String(rounds), ...weights, "--", ...photos], {
        maxBuffer: MAX_OUTPUT,
      });
      return JSON.parse(stdout.slice(stdout.lastIndexOf("\n{") + 1)) as PeerAnswer;
    },
  },
];

/** Which task of the peers does what the model does. */
export const PEER_TASKS: Readonly<Record<string, readonly string[]>> = {
  mediapipe_face_short: ["face short", "face"],
  mediapipe_face_full: ["face full"],
  mediapipe_face_mesh: ["face mesh"],
  mediapipe_face_mesh_attention: ["face mesh attention"],
  mediapipe_hand: ["hand"],
  mediapipe_person: ["person"],
  mediapipe_selfie: ["selfie"],
};
