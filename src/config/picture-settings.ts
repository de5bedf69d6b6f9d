import { z } from "zod";

/** What is done with pictures that come in and go out. */
export interface PictureSettings {
  /** Milliseconds for which a picture is kept after its last use; what a run needs is kept anyway. */
  readonly keepMs: number;
  /** Bytes of all pictures beyond which what was made on the way goes first; undefined = without a limit. */
  readonly mostBytes: number | undefined;
  /** Longer side at which uploads are stored at most; undefined = as they come. */
  readonly uploadSide: number | undefined;
  /** Milliseconds for fetching a picture from a URL. */
  readonly fetchMs: number;
  /** Names, addresses and ranges beyond the public internet that a caller's URL may lead to. */
  readonly allowedTargets: readonly string[];
  /** Whether results say in their XMP how they came about. */
  readonly provenance: boolean;
  /** Runs of each batch, of one worker process, whose crops and log lines are kept. Of others, warnings and failures are. */
  readonly recordedRuns: number;
}

const Count = z.coerce.number().int().positive();
const List = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);

/** Rows for the table of all settings in config.ts. */
export const PICTURE_SETTINGS = {
  MASKLOOM_KEEP_DAYS: { file: "pictures.keepDays", type: Count.max(36_500).default(30) },
  MASKLOOM_KEEP_GIGABYTES: { file: "pictures.keepGigabytes", type: z.coerce.number().positive().optional() },
  MASKLOOM_UPLOAD_SIDE: { file: "pictures.uploadSide", type: Count.min(64).optional() },
  MASKLOOM_FETCH_SECONDS: { file: "pictures.fetchSeconds", type: Count.max(600).default(30) },
  MASKLOOM_ALLOWED_TARGETS: { file: "pictures.allowedTargets", type: List.default([]) },
  MASKLOOM_RECORDED_RUNS: {
    file: "pictures.recordedRuns",
    type: z.coerce.number().int().min(0).max(1_000_000_000).default(20),
  },
  MASKLOOM_PROVENANCE: {
    file: "pictures.provenance",
    type: z.stringbool({ error: "expected on or off" }).default(true),
  },
} as const;

interface Given {
  readonly MASKLOOM_KEEP_DAYS: number;
  readonly MASKLOOM_KEEP_GIGABYTES?: number | undefined;
  readonly MASKLOOM_UPLOAD_SIDE?: number | undefined;
  readonly MASKLOOM_FETCH_SECONDS: number;
  readonly MASKLOOM_ALLOWED_TARGETS: readonly string[];
  readonly MASKLOOM_PROVENANCE: boolean;
  readonly MASKLOOM_RECORDED_RUNS: number;
}

export const pictureSettingsOf = (given: Given): PictureSettings => ({
  keepMs: given.MASKLOOM_KEEP_DAYS * 24 * 60 * 60 * 1000,
  mostBytes: given.MASKLOOM_KEEP_GIGABYTES === undefined ? undefined : given.MASKLOOM_KEEP_GIGABYTES * 1e9,
  uploadSide: given.MASKLOOM_UPLOAD_SIDE,
  fetchMs: given.MASKLOOM_FETCH_SECONDS * 1000,
  allowedTargets: given.MASKLOOM_ALLOWED_TARGETS,
  provenance: given.MASKLOOM_PROVENANCE,
  recordedRuns: given.MASKLOOM_RECORDED_RUNS,
});
