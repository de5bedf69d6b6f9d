import type { JsonObject } from "../../contracts/json.ts";
import type { MaskloomError } from "../../errors.ts";
import type { ImageFormat } from "../../image/metadata/container.ts";
import type { PreparedWorkflow } from "../../runs/prepare-workflow.ts";
import type { InputFile } from "../listing/input-listing.ts";
import type { LeftOut } from "../listing/left-out.ts";
import type { PictureFiles } from "../picture-files.ts";
import type { PreviousReport } from "./previous-report.ts";
import type { ResultPlace } from "./result-place.ts";

export interface PlannedRun {
  /** Place in the report. */
  readonly at: number;
  readonly file: InputFile;
  /** Where the result goes, relative to the out folder, with `/`. */
  readonly output: string;
  /** Values of the inputs that are this picture's alone: its row of the table. */
  readonly own: JsonObject;
  /** Files of the masks that the workflow asks for, by the inputs' names, absolute. */
  readonly masks: Readonly<Record<string, string>>;
  /** Of the workflow's inputs all but the pictures; complete once the sidecar is read (withSidecar). */
  readonly inputs: JsonObject;
  /** What a sidecar says of the picture, in the place of what its file says. */
  readonly said: JsonObject;
  /** Why it can only fail; it is reported all the same. */
  readonly problem: MaskloomError | null;
}

export interface RunPlan {
  readonly prepared: PreparedWorkflow;
  /** Values of the inputs that hold where neither a row of the table nor a sidecar says otherwise. */
  readonly inputs: JsonObject;
  /** Names of the inputs that any row of the table gives. */
  readonly named: readonly string[];
  /** As given for all pictures, but for masks. */
  readonly set: Readonly<Record<string, string>>;
  readonly sidecars: boolean;
  /** Name of the input that takes the picture. */
  readonly picture: string;
  readonly files: PictureFiles;
  readonly results: ResultPlace;
  readonly format: ImageFormat | "same";
  /** How many pictures `runs` had when they were counted. */
  readonly total: number;
  /** How many there were, of which these are a sample; null = these are all. */
  readonly sampledFrom: number | null;
  /** What the last command said of the pictures that are not done again; null = all are done. */
  readonly previous: PreviousReport | null;
  /** What of the folders is not looked at. */
  readonly leftOut: LeftOut;
  readonly warnings: readonly string[];
  /** Whether the result of one of the pictures may go there, relative to the out folder. */
  isResult(output: string): Promise<boolean>;
  /** Lets go of S3. */
  close(): Promise<void>;
  /** The pictures in a stable order, looked for anew each time: none is kept. */
  runs(): AsyncGenerator<PlannedRun>;
}
