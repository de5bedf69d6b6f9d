import { CircleSlash, Coffee, Hourglass, type LucideIcon, Zap } from "lucide-react";
import type { WorkerView } from "../../../../src/contracts/overview.ts";
import type { Tone } from "../../components/tone.ts";

interface WorkerState {
  readonly id: "silent" | "draining" | "working" | "idle";
  readonly word: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly meaning: string;
}

const STATES: Readonly<Record<WorkerState["id"], Omit<WorkerState, "id">>> = {
  silent: {
    word: "Silent",
    tone: "bad",
    icon: CircleSlash,
    meaning: "Not heard of for 15 seconds: what it held goes to another one",
  },
  draining: {
    word: "Draining",
    tone: "warn",
    icon: Hourglass,
    meaning: "Takes nothing new and ends when it has finished what it holds",
  },
  working: { word: "Working", tone: "active", icon: Zap, meaning: "Has tasks under way" },
  idle: { word: "Idle", tone: "neutral", icon: Coffee, meaning: "Waits for work" },
};

/** How a worker is; what is worst of it counts. */
export function workerState({
  isAlive,
  isDraining,
  running,
}: Pick<WorkerView, "isAlive" | "isDraining" | "running">): WorkerState {
  const id = !isAlive ? "silent" : isDraining ? "draining" : running > 0 ? "working" : "idle";
  return { id, ...STATES[id] };
}
