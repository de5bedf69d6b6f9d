import type { Config } from "../../config/config.ts";
import { createDetector, type Detector } from "../../detection/detector.ts";
import { createModelLibrary } from "../../detection/weights/model-library.ts";
import { createInferencePool } from "../../onnx/inference-pool.ts";
import { createPictureLooker, type LookPlan, type PictureLooker } from "../../runs/dry-run/picture-looker.ts";
import { sayWarning } from "../terminal.ts";

export interface OpenPictureLooker extends PictureLooker {
  /** Pictures that can be looked at at a time. */
  readonly threads: number;
  close(): Promise<void>;
}

/** Looks in this process; the engine is not asked. */
export function openPictureLooker(plan: LookPlan, config: Config): OpenPictureLooker {
  const pool = createInferencePool({
    ...config.inference,
    cacheFolder: config.models.folder,
    onWarning: sayWarning,
  });
  const models = createModelLibrary(config.models.folder);
  const detectors = new Map<string, Promise<Detector>>();
  const detectorOf = (model: string): Promise<Detector> => {
    const known = detectors.get(model) ?? createDetector(model, pool, models);
    detectors.set(model, known);
    return known;
  };
  const looker = createPictureLooker(plan, { limits: config.limits, detectorOf });
  return { ...looker, threads: pool.threads, close: () => pool.close() };
}
