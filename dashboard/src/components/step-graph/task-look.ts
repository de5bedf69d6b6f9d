import {
  Blend,
  CloudUpload,
  Eye,
  type LucideIcon,
  Paintbrush,
  Scaling,
  ScanFace,
  Webhook,
  Workflow,
} from "lucide-react";
import type { Tone } from "../tone.ts";

interface TaskLook {
  /** What it does, in a word. */
  readonly title: string;
  readonly icon: LucideIcon;
  readonly tone: Tone;
}

/** How each task of the workflow language looks in pictures of workflows. */
const LOOKS: Readonly<Record<string, TaskLook>> = {
  imageMasking: { title: "finds", icon: ScanFace, tone: "reused" },
  imageInference: { title: "repaints", icon: Paintbrush, tone: "active" },
  composite: { title: "lays over", icon: Blend, tone: "neutral" },
  resize: { title: "resizes", icon: Scaling, tone: "neutral" },
  upload: { title: "sends", icon: CloudUpload, tone: "neutral" },
  webhook: { title: "tells", icon: Webhook, tone: "neutral" },
  review: { title: "asks a person", icon: Eye, tone: "person" },
  use: { title: "another workflow", icon: Workflow, tone: "good" },
};

const OTHER: TaskLook = { title: "does", icon: Workflow, tone: "neutral" };

export function lookOf(task: string): TaskLook {
  return LOOKS[task] ?? OTHER;
}
