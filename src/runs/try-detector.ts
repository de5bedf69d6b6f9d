import { LRUCache } from "lru-cache";
import pLimit from "p-limit";
import type { Config } from "../config/config.ts";
import type { DetectAnswer, DetectSettings } from "../contracts/detect.ts";
import type { ArtifactUUID, Digest, OwnerUUID } from "../contracts/ids.ts";
import { type Detector, openDetector } from "../detection/detector.ts";
import type { Finds } from "../detection/finder.ts";
import { maskDetections } from "../detection/masks/mask-detections.ts";
import { requireShape } from "../detection/masks/require-shape.ts";
import { detectorModelKey } from "../detection/model-key.ts";
import type { RgbPixels } from "../detection/sampling/letterbox.ts";
import { sharePixels } from "../detection/sampling/shared-pixels.ts";
import type { ModelLibrary } from "../detection/weights/model-library.ts";
import { MaskloomError } from "../errors.ts";
import { decodeImage, encodeMask } from "../image/codec.ts";
import { toDetections } from "../image/detection-shape.ts";
import { limitsInside } from "../image/limits.ts";
import { toRgb } from "../image/samples.ts";
import { selectDetections } from "../image/select-detections.ts";
import { toSrgb } from "../image/to-srgb.ts";
import { createInferencePool, type InferencePool } from "../onnx/inference-pool.ts";
import type { ArtifactLibrary } from "./artifact-library.ts";
import type { PricedDetector } from "./detector-elsewhere.ts";

/** Detection at once, beside the engine: no run, no task, nothing to wait for; but for what a provider is asked. */
export interface DetectorTrials {
  /**
   * @throws NOT_FOUND for the picture; MODEL_UNKNOWN, MODEL_UNAVAILABLE; INPUT_INVALID for a shape that the model's finds do
   * not have; RATE_LIMITED where too many wait already; CANCELLED when the signal fires; for a provider, what its run came to
   */
  detect(
    owner: OwnerUUID,
    image: ArtifactUUID,
    settings: DetectSettings,
    signal: AbortSignal,
  ): Promise<DetectAnswer>;
  /** A detector on the trials' own threads. @throws MODEL_UNKNOWN, MODEL_UNAVAILABLE */
  detectorOf(model: string): Promise<Detector>;
  /** Does some looking when its turn has come among the trials. @throws CANCELLED when nobody waits for it any more */
  takeTurn<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
  close(): Promise<void>;
}

interface TrialsContext {
  /** Detectors of providers. */
  readonly openElsewhere: (owner: OwnerUUID, provider: string, model: string) => Promise<PricedDetector>;
  readonly config: Pick<Config, "inference" | "limits" | "models">;
  readonly models: ModelLibrary;
  readonly artifacts: ArtifactLibrary;
}

/** Trials must not take the machine from the workers. */
const THREADS = 2;
const MOST_WAITING = 16;
const PIXEL_BYTES = 128 * 1024 * 1024;
const FINDS_KEPT = 64;

/** Pictures and finds are remembered for a while: moving a mask's padding asks no network again. */
export function createDetectorTrials({
  config,
  models,
  artifacts,
  openElsewhere,
}: TrialsContext): DetectorTrials {
  const limit = pLimit(THREADS);
  const inside = limitsInside(config.limits);
  const pixels = new LRUCache<Digest, RgbPixels>({
    maxSize: PIXEL_BYTES,
    sizeCalculation: ({ data }) => data.byteLength,
  });
  const known = new LRUCache<string, Finds>({ max: FINDS_KEPT });
  const detectors = keepDetectors({ config, models });

  const decode = async (owner: OwnerUUID, uuid: ArtifactUUID, digest: Digest): Promise<RgbPixels> => {
    const found = pixels.get(digest);
    if (found !== undefined) return found;
    const { image, container } = await decodeImage((await artifacts.load(owner, uuid)).content, inside);
    const rgb = sharePixels(toSrgb(toRgb(image), container.icc));
    pixels.set(digest, rgb);
    return rgb;
  };

  const openAt = async (owner: OwnerUUID, { provider, model }: DetectSettings) =>
    isElsewhere(provider) ? openElsewhere(owner, provider, model) : null;

  const detectNow: DetectorTrials["detect"] = async (owner, uuid, settings, signal) => {
    if (signal.aborted) throw nobodyWaits();
    const { confidence, tiling } = settings;
    const { digest } = await artifacts.use(owner, uuid);
    const elsewhere = await openAt(owner, settings);
    const detector = elsewhere ?? (await detectors.open(settings.model));
    requireShape(detector.manifest, settings.shape);
    const picture = await decode(owner, uuid, digest);
    const key = [digest, detector.key, confidence, tiling].join(" ");
    const before = known.get(key);
    const finds = before ?? (await detector.detect(picture, { confidence, tiling, signal }));
    known.set(key, finds);
    const found = selectDetections(finds.detections, picture, settings, confidence);
    const started = performance.now();
    const masked = maskDetections(picture, found, detector.manifest, { ...settings, combine: "union" });
    const isEmpty = masked.detections.length === 0;
    const png = isEmpty ? null : Buffer.from(await encodeMask(masked.mask)).toString("base64");
    return {
      image: uuid,
      width: picture.width,
      height: picture.height,
      model: detector.manifest.id,
      detections: toDetections(masked.detections, picture),
      maskImage: png === null ? null : `data:image/png;base64,${png}`,
      cost: elsewhere?.spent() ?? null,
      ms: { ...(before === undefined ? finds.ms : {}), mask: performance.now() - started },
    };
  };

  return {
    async detect(owner, image, settings, signal) {
      /* Workers look elsewhere: that takes none of the trials' threads. */
      if (isElsewhere(settings.provider)) return detectNow(owner, image, settings, signal);
      if (limit.pendingCount >= MOST_WAITING) {
        throw new MaskloomError("RATE_LIMITED", `detection: ${MOST_WAITING} wait already; try again in 1 s`, {
          retryAfterSeconds: 1,
        });
      }
      return limit(() => detectNow(owner, image, settings, signal));
    },
    detectorOf: detectors.open,
    takeTurn: (work, signal) =>
      limit(() => {
        if (signal.aborted) throw nobodyWaits();
        return work();
      }),
    close: detectors.close,
  };
}

/** Only where somebody says so: what may cost money is never chosen here. */
const isElsewhere = (provider: string | undefined): provider is string =>
  provider !== undefined && provider !== "local" && provider !== "auto";

/** Detectors on threads of their own, which begin with the first of them. */
function keepDetectors({ config, models }: Pick<TrialsContext, "config" | "models">) {
  const detectors = new Map<string, Promise<Detector>>();
  let pool: InferencePool | undefined;
  return {
    async open(model: string): Promise<Detector> {
      const manifest = await models.findReady(model);
      const key = detectorModelKey(manifest);
      pool ??= createInferencePool({
        ...config.inference,
        threads: THREADS,
        cacheFolder: config.models.folder,
      });
      const opening = detectors.get(key) ?? openDetector(manifest, pool, models);
      detectors.set(key, opening);
      opening.catch(() => detectors.delete(key));
      return opening;
    },
    async close(): Promise<void> {
      await pool?.close();
    },
  };
}

const nobodyWaits = (): MaskloomError =>
  new MaskloomError("CANCELLED", "detection: nobody waits for it any more");
