import { z } from "zod";
import type { JsonObject } from "../../contracts/json.ts";
import { ImageMaskingParameters } from "../../contracts/tasks.ts";
import { detectInPicture, openPicture } from "../../detection/detection-picture.ts";
import type { Detector } from "../../detection/detector.ts";
import { chosenWay } from "../../engine/chosen-way.ts";
import { givenFields } from "../../engine/given-fields.ts";
import { evaluateTemplate } from "../../engine/language/template.ts";
import type { Scope } from "../../engine/language/value.ts";
import { chooseModel, type ResolvedStep } from "../../engine/resolved-workflow.ts";
import { whereScopeOf } from "../../engine/where-scope.ts";
import { parseAs } from "../../errors.ts";
import type { Found } from "../../image/detection-shape.ts";
import { inspectImage } from "../../image/inspect-image.ts";
import type { ImageLimits } from "../../image/limits.ts";
import type { Size } from "../../image/raster.ts";
import type { RgbImage } from "../../image/samples.ts";
import { selectDetections } from "../../image/select-detections.ts";
import { compileSelection } from "../compile-selection.ts";
import { describePicture } from "../picture-meta.ts";
import type { PreparedWorkflow } from "../prepare-workflow.ts";

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

/** Detects what a workflow would detect, and nothing more. */
export interface PictureLooker {
  /** Steps that look at the picture itself; those that look at what others made of it cannot be known before. */
  readonly steps: readonly string[];
  look(picture: LookedAt, bytes: Uint8Array): Promise<PictureLook>;
}

export interface LookPlan {
  readonly prepared: Pick<PreparedWorkflow, "workflow" | "resolved">;
  /** Name of the input that takes the picture. */
  readonly picture: string;
}

interface LookedAt {
  readonly file: { readonly name: string };
  /** Of the workflow's inputs all but the pictures. */
  readonly inputs: JsonObject;
  /** What is said of the picture, in the place of what its file says. */
  readonly said: JsonObject;
}

interface LookerContext {
  readonly limits: ImageLimits;
  detectorOf(model: string): Promise<Detector>;
}

const WhereScope = z.record(z.string(), z.json());
const Chosen = ImageMaskingParameters.pick({ confidence: true, select: true, tiling: true, onEmpty: true });

export function createPictureLooker(plan: LookPlan, { limits, detectorOf }: LookerContext): PictureLooker {
  const { workflow, resolved } = plan.prepared;
  const steps = workflow.steps.flatMap(({ id, task }) => {
    const step = resolved.steps[id];
    return task === "imageMasking" && step !== undefined && looksAtPicture(step, plan) ? [{ id, step }] : [];
  });
  return {
    steps: steps.map(({ id }) => id),
    async look(planned, bytes) {
      const picture = await openPicture(bytes, limits);
      const scope = scopeOf(plan, planned, bytes, limits);
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

function looksAtPicture({ fields }: ResolvedStep, { picture }: LookPlan): boolean {
  const { inputImage } = fields;
  return typeof inputImage === "string" && inputImage.replaceAll(/\s/g, "") === `\${inputs.${picture}}`;
}

function scopeOf({ picture }: LookPlan, planned: LookedAt, bytes: Uint8Array, limits: ImageLimits): Scope {
  const { file, inputs, said } = planned;
  const meta = describePicture(bytes, inspectImage(bytes, limits), file.name, said);
  return { inputs: { ...inputs, [picture]: { meta } }, run: { file: file.name } };
}

function fieldsOf(resolved: ResolvedStep, scope: Scope, id: string) {
  const step = chosenWay(resolved, id, scope);
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
