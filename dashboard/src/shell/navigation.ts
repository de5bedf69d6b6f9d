import {
  Boxes,
  Cloud,
  Coins,
  Cpu,
  Eye,
  Layers,
  LayoutDashboard,
  type LucideIcon,
  Rows3,
  ScanFace,
  Settings2,
  Workflow,
} from "lucide-react";
import type { WaitingKind } from "../api/query-keys.ts";

export interface NavigationItem {
  readonly to: string;
  readonly title: string;
  readonly icon: LucideIcon;
  /** What waits there for somebody. */
  readonly waits?: WaitingKind;
}

/** The pages that can be gone to from everywhere, in this order. A page that exists gets a row; one that does not has none. */
export const NAVIGATION: readonly NavigationItem[] = [
  { to: "/", title: "Overview", icon: LayoutDashboard },
  { to: "/runs", title: "Runs", icon: Rows3 },
  { to: "/batches", title: "Batches", icon: Layers },
  { to: "/review", title: "Review", icon: Eye, waits: "reviews" },
  { to: "/workflows", title: "Workflows", icon: Workflow },
  { to: "/playground", title: "Playground", icon: ScanFace },
  { to: "/models", title: "Models", icon: Boxes },
  { to: "/workers", title: "Workers", icon: Cpu },
  { to: "/providers", title: "Providers", icon: Cloud, waits: "parked" },
  { to: "/spending", title: "Spending", icon: Coins },
  { to: "/settings", title: "Settings", icon: Settings2 },
];
