import { z } from "zod";
import { durationMs } from "../contracts/duration.ts";
import { ArtifactUUID } from "../contracts/ids.ts";
import { isJsonObject } from "../contracts/json.ts";
import { Decision, MOST_CANDIDATES, ReviewParameters, ReviewRegion } from "../contracts/review.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { parseAs, toErrorRecord } from "../errors.ts";
import { type Deciding, imageFor } from "./decide-task.ts";
import { givenMask } from "./given-mask.ts";
import { evaluateTemplate } from "./language/template.ts";
import { type ResolvedWorkflow, resolvedStep } from "./resolved-workflow.ts";
import { reviewedStep } from "./reviewed-step.ts";
import { unmetCondition } from "./rules.ts";
import type { RunState, TaskChange, TaskState } from "./run-state.ts";
import { plainImage } from "./scope.ts";
import { failTask, skipTask } from "./task-ends.ts";

/** What is accepted where gates are set: docs/masks-and-zoom.md, "Quality numbers". */
const GOOD_SEAM = 1.3;
const GOOD_COLOR_SHIFT = 3;

type ReviewStep = Extract<WorkflowStep, { readonly task: "review" }>;

/** A review whose needs are done: it waits for a person, is skipped for a reason that is told, or fails. */
export function askPerson(at: Deciding, run: RunState, step: ReviewStep, task: TaskState): TaskChange {
  let shown: readonly unknown[] = [];
  try {
    shown = shownPictures(at, step);
    const unmet = unmetCondition(step, at.scope);
    if (unmet !== null) return skipTask(task, shown[0], unmet);
    if (shown[0] === undefined) return skipTask(task, null, "there is no picture to show");
    const reviewed = reviewedStep(at.workflow, run, step.show);
    const { regions, concern } = qualityOf(at, run, reviewed);
    const original = plainImage(reviewed === null ? undefined : imageFor(at, reviewed)) ?? shown[0];
    const candidates = candidatesFor(run, reviewed, task, { shown: shown[0], original });
    const input = parseAs(
      ReviewParameters,
      {
        show: shown.filter((picture) => picture !== undefined),
        ...(candidates.length === 0 ? {} : { candidates }),
        original,
        maskImage: maskOf(run, reviewed),
        step: reviewed?.id ?? null,
        allow: possibleDecisions(step, reviewed, at.resolved),
        otherwise: step.otherwise ?? "fail",
        regions,
        concern,
      },
      `steps.${step.id}`,
    );
    const { taskUUID, failures, losses } = task;
    const timeoutMs = step.timeout === undefined ? null : durationMs(step.timeout);
    return { taskUUID, status: "review", input, timeoutMs, error: null, failures, losses };
  } catch (error) {
    return failTask(at.workflow, task, shown[0], toErrorRecord(error));
  }
}

/** Absent ones keep their places, so that what is decided about is never another picture than the author's first. */
function shownPictures({ scope }: Deciding, { show }: ReviewStep): readonly unknown[] {
  const references = Array.isArray(show) ? show : [show];
  return references.map((reference) => plainImage(evaluateTemplate(reference, scope)) ?? undefined);
}

/** Without chance a step would make the same again, and what each element repaints is its own mask. */
function possibleDecisions(
  { allow = Decision.options }: ReviewStep,
  reviewed: WorkflowStep | null,
  resolved: ResolvedWorkflow,
): Decision[] {
  const canReroll = reviewed !== null && resolvedStep(resolved, reviewed.id).seeded;
  const canEdit = reviewed !== null && reviewed.forEach === undefined;
  return allow.filter((one) => (one === "reroll" ? canReroll : one === "editMask" ? canEdit : true));
}

function maskOf(run: RunState, reviewed: WorkflowStep | null): string | null {
  const task = run.tasks.find(({ step, element }) => step === reviewed?.id && element === null);
  return task === undefined ? null : givenMask(task);
}

const Made = z.object({ image: ArtifactUUID, candidates: z.array(ArtifactUUID).optional() });

/** Further results of the step, as far as they are what is shown, and what was shown in the rounds before this one. */
function candidatesFor(
  run: RunState,
  reviewed: WorkflowStep | null,
  { input }: TaskState,
  { shown, original }: { readonly shown: unknown; readonly original: unknown },
): readonly ArtifactUUID[] {
  const own = run.tasks.find(({ step, element }) => step === reviewed?.id && element === null);
  const made = Made.safeParse(own?.output).data;
  const before = ReviewParameters.safeParse(input).data;
  const isSame = before !== undefined && before.original === original;
  const all = [
    ...(made?.image === shown ? (made?.candidates ?? []) : []),
    ...(isSame ? [...before.show.slice(0, 1), ...(before.candidates ?? [])] : []),
  ];
  return [...new Set(all)].filter((one) => one !== shown).slice(0, MOST_CANDIDATES);
}

function qualityOf({ scope }: Deciding, run: RunState, reviewed: WorkflowStep | null) {
  const steps = isJsonObject(scope["steps"]) ? scope["steps"] : {};
  const step = reviewed === null ? undefined : steps[reviewed.id];
  const own = regionsIn(isJsonObject(step) ? step["quality"] : undefined);
  const regions = reviewed?.forEach === undefined ? own : elementRegions(run, reviewed);
  const measured = regions.flatMap(({ seam, colorShiftAfter }) => [
    ...(seam === null ? [] : [seam / GOOD_SEAM]),
    ...(colorShiftAfter === null ? [] : [colorShiftAfter / GOOD_COLOR_SHIFT]),
  ]);
  return { regions, concern: measured.length === 0 ? null : Math.max(...measured) };
}

/** A fan-in zooms nothing: what was measured stands with the elements. */
function elementRegions(run: RunState, { id }: WorkflowStep): readonly ReviewRegion[] {
  return run.tasks
    .filter(({ step, status }) => step === id && (status === "succeeded" || status === "cached"))
    .flatMap(({ element, output }) =>
      element === null || !isJsonObject(output)
        ? []
        : regionsIn(output["quality"]).map((region) => ({ ...region, element })),
    )
    .sort((a, b) => a.element - b.element);
}

function regionsIn(quality: unknown): readonly ReviewRegion[] {
  return z
    .array(ReviewRegion)
    .catch([])
    .parse(isJsonObject(quality) ? quality["regions"] : []);
}
