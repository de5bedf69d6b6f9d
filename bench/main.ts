import { benchApi } from "./api.ts";
import { benchBatch } from "./batch.ts";
import { benchCancel } from "./cancel.ts";
import { benchDashboard } from "./dashboard.ts";
import { benchDetection } from "./detection.ts";
import { benchEngine } from "./engine.ts";
import { benchFairness } from "./fairness.ts";
import { benchGrouping } from "./grouping.ts";
import { benchInternetScale } from "./internet-scale.ts";
import { benchListing } from "./listing.ts";
import { benchLivePages } from "./live-pages.ts";
import { benchMillion } from "./million.ts";
import { benchPersonMasks } from "./person-masks.ts";
import { benchPipeline } from "./pipeline.ts";
import { benchPixels } from "./pixels.ts";
import { benchReview } from "./review.ts";
import { benchRunList } from "./run-list.ts";
import { benchScale } from "./scale.ts";
import { benchSoak } from "./soak.ts";
import { benchStartUp } from "./start-up.ts";
import { benchWorkers } from "./workers.ts";

/* All measured claims, or those named: npm run bench [-- engine pixels start-up …] */

const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  pixels: benchPixels,
  detection: benchDetection,
  "person-masks": benchPersonMasks,
  pipeline: benchPipeline,
  engine: benchEngine,
  scale: benchScale,
  workers: benchWorkers,
  internet: benchInternetScale,
  cancel: benchCancel,
  fairness: benchFairness,
  grouping: benchGrouping,
  api: benchApi,
  listing: benchListing,
  batch: benchBatch,
  "run-list": benchRunList,
  million: benchMillion,
  dashboard: benchDashboard,
  live: benchLivePages,
  review: benchReview,
  "start-up": benchStartUp,
  soak: benchSoak,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(", ")}; there are ${Object.keys(BENCHES).join(", ")}\n`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench();
}
