import { z } from "zod";
import { ErrorRecord } from "../errors.ts";
import { Digest } from "./ids.ts";
import { WorkflowInput } from "./workflow.ts";

/* The workflows that a server knows by name: those that come with Maskloom, and those that an owner saved. */

const Count = z.int().min(0);
const MOST_CHARACTERS = 256 * 1024;
const MOST_IMPORTED = 16 * 1024 * 1024;

export const WorkflowName = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, "expected a workflow's name");

/** A step as a picture of the workflow shows it. */
export const StepOutline = z.strictObject({
  id: z.string(),
  task: z.string(),
  /** The model that it asks for, or the workflow that it uses; null where a step has neither. */
  what: z.string().nullable(),
  /** Ids of the steps that it stands on. */
  needs: z.array(z.string()),
  /** What expressions can ask of it: `image`, `maskImage` … */
  yields: z.array(z.string()),
});
export type StepOutline = z.output<typeof StepOutline>;

/** What can be said of a workflow that has no fault. */
export const WorkflowOutline = z.strictObject({
  name: z.string(),
  description: z.string().nullable(),
  /** Of what is executed: used workflows are part of it, name and description are not. */
  digest: Digest,
  inputs: z.record(z.string(), WorkflowInput),
  /** As written: a `use` or a `repeat` is one of them. */
  steps: z.array(StepOutline),
});
export type WorkflowOutline = z.output<typeof WorkflowOutline>;

/** Where a workflow comes from: with Maskloom, saved by its owner. */
export const WorkflowOrigin = z.enum(["shipped", "saved"]);
export type WorkflowOrigin = z.output<typeof WorkflowOrigin>;

/** YAML or JSON text of a workflow. */
const Source = z.string().min(1).max(MOST_CHARACTERS);

export const CheckWorkflow = z.strictObject({
  /** Also one that is not finished: what is wrong with it is the answer. */
  source: z.string().max(MOST_CHARACTERS),
});
export type CheckWorkflow = z.output<typeof CheckWorkflow>;

export const WorkflowCheck = z.strictObject({
  /** In the order of the text. */
  faults: z.array(
    z.strictObject({
      /** From 1. */
      line: z.int().min(1),
      column: z.int().min(1),
      /** Such as `steps[1].model`; empty for the text as a whole. */
      path: z.string(),
      message: z.string(),
    }),
  ),
  /** Why a workflow without faults cannot be executed here: a model that is not here, say. */
  problem: ErrorRecord.nullable(),
  /** Null where there are faults. */
  outline: WorkflowOutline.nullable(),
});
export type WorkflowCheck = z.output<typeof WorkflowCheck>;

export const SaveWorkflow = z.strictObject({
  source: Source,
  /** The version that it was made from; 0 = there is none under this name yet. */
  basedOn: z.int().min(0),
});
export type SaveWorkflow = z.output<typeof SaveWorkflow>;

export const RemovedWorkflow = z.strictObject({ name: z.string() });
export type RemovedWorkflow = z.output<typeof RemovedWorkflow>;

/** How it went with runs of the asking key's owner. */
const UsageNumbers = {
  runs: Count,
  /** Including those in which there was nothing to do. */
  succeeded: Count,
  /** Wholly or in part. */
  failed: Count,
  lastUsedAt: z.iso.datetime(),
  /** Half of the successful runs took less; null where there are none. */
  medianSeconds: z.number().min(0).nullable(),
  /** US dollars. */
  cost: z.number().min(0),
};

export const WorkflowUsage = z.strictObject(UsageNumbers);
export type WorkflowUsage = z.output<typeof WorkflowUsage>;

/** The most recently used first; what was never used is not in it. */
export const WorkflowUsageList = z.strictObject({
  workflows: z.array(z.strictObject({ name: z.string(), ...UsageNumbers })),
});
export type WorkflowUsageList = z.output<typeof WorkflowUsageList>;

/** The number of a saved version, or the digest of what came with Maskloom or of what was run under the name. */
export const VersionId = z.string().regex(/^([1-9]\d{0,8}|[0-9a-f]{64})$/, "expected a number or a digest");

export const WorkflowVersion = z.strictObject({
  id: VersionId,
  /** Of saved ones, from 1. */
  number: z.int().min(1).nullable(),
  digest: Digest,
  /** `ran`: known from the runs that followed it, such as that of an earlier Maskloom or of a file of this name. */
  origin: z.enum([...WorkflowOrigin.options, "ran"]),
  /** When it was saved or first run; null for what comes with Maskloom. */
  createdAt: z.iso.datetime().nullable(),
  /** What the name stands for now. */
  isCurrent: z.boolean(),
  /** Of all runs of this name with this digest; null = there are none. */
  usage: WorkflowUsage.nullable(),
});
export type WorkflowVersion = z.output<typeof WorkflowVersion>;

/** The newest first. */
export const WorkflowVersionList = z.strictObject({ versions: z.array(WorkflowVersion) });
export type WorkflowVersionList = z.output<typeof WorkflowVersionList>;

export const WorkflowVersionDetail = WorkflowVersion.omit({ usage: true, isCurrent: true }).extend({
  /** As it was written; null where only what was executed is known. */
  source: z.string().nullable(),
  /** What is executed, as YAML: used workflows and repeated steps written out; null where that can no longer be made. */
  expanded: z.string().nullable(),
});
export type WorkflowVersionDetail = z.output<typeof WorkflowVersionDetail>;

export const ImportWorkflow = z.strictObject({
  /** Default: what it looks like. */
  from: z.enum(["adetailer", "comfyui"]).optional(),
  /** ADetailer's args, payload or infotext; ComfyUI's graph, of its API or of its editor. */
  source: z.string().min(1).max(MOST_IMPORTED),
  /** Of the workflow; default: the tool's. */
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, "expected a name of small letters, digits, - and _")
    .optional(),
  /** The inpainter of its steps; default: the one that needs no network. */
  model: z.string().min(1).max(200).optional(),
});
export type ImportWorkflow = z.output<typeof ImportWorkflow>;

export const ImportedWorkflow = z.strictObject({
  from: z.enum(["adetailer", "comfyui"]),
  /** YAML whose comments say where each value came from. */
  source: z.string(),
  /** What works in another way here, what has no equivalent, and what is left to do. */
  notes: z.array(
    z.strictObject({ kind: z.enum(["changed", "dropped", "hint"]), path: z.string(), message: z.string() }),
  ),
});
export type ImportedWorkflow = z.output<typeof ImportedWorkflow>;
