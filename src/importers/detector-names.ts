import { detectorManifests, namesOf } from "../../models/registry.ts";
import type { DetectorManifest } from "../contracts/manifest.ts";
import type { Notes } from "./imported.ts";

/** A detector by our name, and what to call its finds. */
export interface ImportedDetector {
  readonly model: string;
  /** Of a step and of one find: `faces`, `face`. */
  readonly plural: string;
  readonly singular: string;
  /** Null for a file of the user's own. */
  readonly manifest: DetectorManifest | null;
}

/** What is found, by a part of the detector's name. */
const FINDS: readonly (readonly [part: RegExp, plural: string, singular: string])[] = [
  [/eye/i, "eyes", "eye"],
  [/face|head/i, "faces", "face"],
  [/hand|finger/i, "hands", "hand"],
  [/foot|feet/i, "feet", "foot"],
  [/person|people|body|human/i, "people", "person"],
];

/**
 * The detector of a file such as `face_yolov8n.pt`, `bbox/face_yolov8m.pt`, or of one of MediaPipe's names. A file that
 * does not come with this installation keeps its name: `models add` gives it the same one.
 */
export function importDetector(name: string, path: string, notes: Notes): ImportedDetector {
  const base = name.split(/[\\/]/).at(-1) ?? name;
  const id = base.replace(/\.(pt|pth|onnx|safetensors)$/i, "");
  const manifest = detectorManifests.find((one) =>
    namesOf(one).some((known) => known.toLowerCase() === id.toLowerCase()),
  );
  const [, plural, singular] = FINDS.find(([part]) => part.test(id)) ?? [null, "things", "thing"];
  if (manifest === undefined)
    notes.add(
      "hint",
      path,
      `${base} does not come with Maskloom: bring it with "maskloom models add ${base}" (YOLOv8 and YOLO11 files).`,
    );
  else if (manifest.pipeline.kind === "yolo" && "url" in manifest.pipeline.source)
    notes.add(
      "hint",
      path,
      `the weights of ${manifest.id} are fetched by "maskloom models pull ${manifest.id}".`,
    );
  return { model: manifest?.id ?? addedId(id), plural, singular, manifest: manifest ?? null };
}

/** As `models add` names a file. */
function addedId(id: string): string {
  const name = id.toLowerCase().replaceAll(/[^a-z0-9_.-]+/g, "-");
  return name.replace(/^[^a-z0-9]+/, "").slice(0, 64) || "detector";
}

/** Names that occur once each: `faces`, `faces2`. */
export class StepNames {
  readonly #taken = new Set<string>();

  /** The first number that leaves all of `names` free. */
  take(...names: readonly string[]): string[] {
    for (let number = 1; ; number++) {
      const numbered = names.map((name) => (number === 1 ? name : `${name}${number}`));
      if (numbered.some((name) => this.#taken.has(name))) continue;
      for (const name of numbered) this.#taken.add(name);
      return numbered;
    }
  }
}

export const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
