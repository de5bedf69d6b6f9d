import { z } from "zod";
import { Expression } from "./expression.ts";
import { Identifier, WorkflowDefaults, WorkflowStep } from "./workflow-step.ts";

/* A workflow file, whole: docs/workflow-language.md. The schemas check each field by itself; what only shows when fields
   are seen together (references, cycles, an unreachable rule) is checked by src/engine/language. */

/** Version of the language. Part of a workflow's identity, so that a later one may change defaults. */
export const LANGUAGE_VERSION = 1;

const WorkflowName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,99}$/)
  .meta({ description: "a name of small letters, digits, - and _" });

/* An input without a default must be given. `default: null` makes it optional: it is null where it is not given. */
const help = { help: z.string().max(2000).optional() };
const Choice = z.union([z.string(), z.number()]);

const ImageInput = z.strictObject({ type: z.literal("image"), ...help });
const MaskInput = z.strictObject({ type: z.literal("mask"), default: z.null().optional(), ...help });
const TextInput = z.strictObject({
  type: z.literal("text"),
  default: z.string().max(10_000).nullable().optional(),
  ...help,
});
const NumberInput = z.strictObject({
  type: z.literal("number"),
  default: z.number().nullable().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  ...help,
});
const IntegerInput = z.strictObject({
  type: z.literal("integer"),
  default: z.int().nullable().optional(),
  min: z.int().optional(),
  max: z.int().optional(),
  ...help,
});
const BooleanInput = z.strictObject({
  type: z.literal("boolean"),
  default: z.boolean().nullable().optional(),
  ...help,
});
const ChoiceInput = z.strictObject({
  type: z.literal("choice"),
  choices: z.array(Choice).min(1),
  default: Choice.nullable().optional(),
  ...help,
});

export const WorkflowInput = z.discriminatedUnion("type", [
  ImageInput,
  MaskInput,
  TextInput,
  NumberInput,
  IntegerInput,
  BooleanInput,
  ChoiceInput,
]);
export type WorkflowInput = z.output<typeof WorkflowInput>;

export const Workflow = z.strictObject({
  /** Where editors find the JSON Schema of the language; says nothing about the workflow. */
  $schema: z.string().optional(),
  maskloom: z.literal(LANGUAGE_VERSION),
  name: WorkflowName,
  description: z.string().max(10_000).optional(),
  labels: z.record(z.string().min(1).max(63), z.string().max(255)).optional(),
  inputs: z.record(Identifier, WorkflowInput),
  defaults: WorkflowDefaults.optional(),
  steps: z.array(WorkflowStep).min(1).max(200),
  /** The one image of a run. Either this or `outputs`. */
  output: Expression.optional(),
  /** Named images, masks and data. */
  outputs: z.record(Identifier, Expression).optional(),
});
export type Workflow = z.output<typeof Workflow>;
