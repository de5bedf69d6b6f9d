import { z } from "zod";
import type { Config } from "../../config.ts";
import { ImageMaskingParameters } from "../../contracts/tasks.ts";
import { detectInPicture, openPicture } from "../../detection/detection-picture.ts";
import { createDetector, type Detector } from "../../detection/detector.ts";
import { createModelLibrary } from "../../detection/weights/model-library.ts";
import { givenFields } from "../../engine/given-fields.ts";
import { evaluateTemplate } from "../../engine/language/template.ts";
import type { Scope } from "../../engine/language/value.ts";
import { chooseModel, type ResolvedStep } from "../../engine/resolved-workflow.ts";
import { whereScopeOf } from "../../engine/where-scope.ts";
import { parseAs } from "../../errors.ts";
import type { Found } from "../../image/detection-shape.ts";
import { inspectImage } from "../../image/inspect-image.ts";
import type { Size } from "../../image/raster.ts";
import type { RgbImage } from "../../image/samples.ts";
import { selectDetections } from "../../image/select-detections.ts";
import { createInferencePool } from "../../onnx/inference-pool.ts";
import { compileSelection } from "../../runs/compile-selection.ts";
import { describePicture } from "../../runs/picture-meta.ts";
import { sayWarning } from "../terminal.ts";
import type { PlannedRun, RunPlan } from "./planned-run.ts";

/** What one step of the workflow finds in a picture. */
interface StepFinds {
  readonly step: string;
  readonly model: string;
  readonly detections: readonly Found[];
}

export interface PictureLook {
  /** Of the upright picture. */
  readonly size: Size;
  /** As the detectors saw it: of a very large picture a smaller copy. */
  readonly pixels: RgbImage;
  readonly finds: readonly StepFinds[];
}

/** Detects in this process what the workflow would detect, and nothing more. */
export interface PictureLooker {
  /** Steps that look at the picture itself; those that look at what others made of it cannot be known before. */
  readonly steps: readonly string[];
  /** Pictures that can be looked at at a time. */
  readonly threads: number;
  look(planned: PlannedRun, bytes: Uint8Array): Promise<PictureLook>;
  close(): Promise<void>;
}

const WhereScope = z.record(z.string(), z.json());
const Chosen = ImageMaskingParameters.pick({ confidence: true, select: true, tiling: true, onEmpty: true });

export function openPictureLooker(plan: RunPlan, config: Config): PictureLooker {
  const { workflow, resolved } = plan.prepared;
  const steps = workflow.steps.flatMap(({ id, task }) => {
    const step = resolved.steps[id];
    return task === "imageMasking" && step !== undefined && looksAtPicture(step, plan) ? [{ id, step }] : [];
  });
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
  return {
    steps: steps.map(({ id }) => id),
    threads: pool.threads,
    close: () => pool.close(),
    async look(planned, bytes) {
      const picture = await openPicture(bytes, config.limits);
      const scope = scopeOf(plan, planned, bytes, config);
      const finds: StepFinds[] = [];
      for (const { id, step } of steps) {
        const fields = fieldsOf(step, scope, id);
        const { confidence, select, tiling, onEmpty } = fields.chosen;
        const find = async (model: string): Promise<StepFinds> => {
          const detector = await detectorOf(model);
          const { detections } = await detectInPicture(detector, picture, { confidence, tiling });
          const selection = compileSelection({ select, whereScope: fields.whereScope }, picture.size);
          const chosen = selectDetections(detections, picture.size, selection, confidence);
          return { step: id, model: detector.manifest.id, detections: chosen };
        };
        const found = await find(fields.model);
        const isLast = found.detections.length > 0 || typeof onEmpty === "string";
        finds.push(isLast ? found : await find(onEmpty.fallback));
      }
      return { size: picture.size, pixels: { ...picture.pixels, channels: 3, depth: 8 }, finds };
    },
  };
}

function looksAtPicture({ fields }: ResolvedStep, { picture }: Pick<RunPlan, "picture">): boolean {
  const { inputImage } = fields;
  return typeof inputImage === "string" && inputImage.replaceAll(/\s/g, "") === `\${inputs.${picture}}`;
}

function scopeOf({ picture }: RunPlan, planned: PlannedRun, bytes: Uint8Array, { limits }: Config): Scope {
  const { file, inputs, said } = planned;
  const meta = describePicture(bytes, inspectImage(bytes, limits), file.name, said);
  return { inputs: { ...inputs, [picture]: { meta } }, run: { file: file.name } };
}

function fieldsOf(step: ResolvedStep, scope: Scope, id: string) {
  const { modelExpression, fields } = step;
  const wanted = modelExpression === undefined ? undefined : evaluateTemplate(modelExpression, scope);
  const names = Object.keys(Chosen.shape).filter((name) => fields[name] !== undefined);
  const evaluated = names.map((name) => [name, evaluateTemplate(fields[name] ?? null, scope)] as const);
  const chosen = parseAs(Chosen, givenFields(Object.fromEntries(evaluated)), `steps.${id}`);
  const { where } = chosen.select;
  const whereScope = parseAs(
    WhereScope,
    (where === undefined ? null : whereScopeOf(where, scope)) ?? {},
    `steps.${id}.select.where`,
  );
  return {
    chosen,
    whereScope,
    model: parseAs(z.string(), chooseModel(step, id, wanted).model, `steps.${id}.model`),
  };
}
