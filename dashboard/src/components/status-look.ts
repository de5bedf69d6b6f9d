import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  Clock,
  Eye,
  Flag,
  HandCoins,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  Pause,
  Recycle,
  SkipForward,
} from "lucide-react";
import type { BatchSummary } from "../../../src/contracts/api.ts";
import type { RunStatus, TaskStatus } from "../../../src/contracts/run.ts";
import type { Tone } from "./tone.ts";

export type AnyStatus = RunStatus | TaskStatus | BatchSummary["status"];

export interface StatusLook {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
  /** What it means, for whoever hovers. */
  readonly meaning: string;
}

/** One row per status of runs, tasks and batches. */
export const STATUS_LOOKS: Readonly<Record<AnyStatus, StatusLook>> = {
  waiting: { word: "Waiting", tone: "neutral", icon: Hourglass, meaning: "Steps before it are not done yet" },
  queued: {
    word: "Queued",
    tone: "neutral",
    icon: Clock,
    meaning: "Can be begun as soon as a worker is free",
  },
  running: { word: "Running", tone: "active", icon: LoaderCircle, meaning: "A worker is at it" },
  succeeded: { word: "Succeeded", tone: "good", icon: CircleCheck, meaning: "Done" },
  cached: {
    word: "Cached",
    tone: "reused",
    icon: Recycle,
    meaning: "Done before with the same settings; taken over",
  },
  partial: {
    word: "Partial",
    tone: "warn",
    icon: CircleDashed,
    meaning: "There is a picture, but a part of it failed",
  },
  skipped: {
    word: "Skipped",
    tone: "neutral",
    icon: SkipForward,
    meaning: "There was nothing to do; the picture is as it was",
  },
  failed: { word: "Failed", tone: "bad", icon: CircleX, meaning: "Ended with an error" },
  cancelled: { word: "Cancelled", tone: "neutral", icon: Ban, meaning: "Somebody ended it" },
  held: { word: "Held", tone: "warn", icon: HandCoins, meaning: "Stopped by a budget" },
  uncertain: {
    word: "Uncertain",
    tone: "warn",
    icon: CircleHelp,
    meaning: "A paid call may have been made; somebody has to decide",
  },
  review: { word: "In review", tone: "person", icon: Eye, meaning: "Waits for a person" },
  paused: { word: "Paused", tone: "warn", icon: Pause, meaning: "Nothing more of it is begun" },
  ended: { word: "Ended", tone: "good", icon: Flag, meaning: "All of its runs have ended" },
};
