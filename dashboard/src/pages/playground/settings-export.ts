import type { DetectFields } from "../../api/detect.ts";
import { type CurlTarget, curlCommand, shellQuote } from "../../components/curl-command.ts";

/* What is set on the page, as others take it: a workflow's steps, a task of the API, a command. */

interface ExportedSettings {
  readonly fields: DetectFields;
  /** What the model finds, in one word. */
  readonly detects: string;
  /** Pixels around each region for the inpainter; null where none is shown. */
  readonly margin: number | null;
}

/** The most that the API gives of one picture. */
const MOST_DETECTIONS = 20;

/** Masking alone, or masking and the zoomed repainting of what was masked, as YAML of the workflow language. */
export function toWorkflowSteps({ fields, detects, margin }: ExportedSettings): string {
  const id = stepIdOf(detects);
  const { model, ...rest } = fields;
  const masking: YamlFields = {
    id,
    task: "imageMasking",
    inputImage: "${inputs.image}",
    model,
    ...rest,
  };
  if (margin === null) return writeStep(masking);
  const inpainting: YamlFields = {
    id: "detail",
    task: "imageInference",
    model: "local:esrgan-detail",
    seedImage: "${inputs.image}",
    maskImage: `\${steps.${id}.maskImage}`,
    maskMargin: margin,
  };
  return writeStep(masking) + writeStep(inpainting);
}

/** A whole workflow of it, to be saved in a file and run. */
export function toWorkflow(settings: ExportedSettings): string {
  const id = stepIdOf(settings.detects);
  const output = settings.margin === null ? `steps.${id}.maskImage` : "steps.detail.image";
  return [
    "maskloom: 1",
    "name: from-the-playground",
    "inputs:",
    "  image: { type: image }",
    "steps:",
    toWorkflowSteps(settings)
      .replaceAll(/^(?=.)/gm, "  ")
      .trimEnd(),
    `output: \${${output}}`,
    "",
  ].join("\n");
}

/** An imageMasking task as JSON; `image` is the picture's UUID. */
export function toApiTask({ fields }: ExportedSettings, image: string, taskUUID: string): string {
  /* A task of the API goes to the server that is asked. */
  const { provider: _, ...settings } = fields;
  const task = {
    taskType: "imageMasking",
    taskUUID,
    inputImage: image,
    maxDetections: MOST_DETECTIONS,
    ...settings,
  };
  return JSON.stringify([task], null, 2);
}

/** The same as a command for a shell. */
export function toCurl(
  settings: ExportedSettings,
  image: string,
  taskUUID: string,
  target: CurlTarget,
): string {
  const body = shellQuote(toApiTask(settings, image, taskUUID));
  return curlCommand(target, "/v1", ["-H 'Content-Type: application/json'", `-d ${body}`]);
}

type YamlFields = Readonly<Record<string, string | number | boolean | undefined>>;

function writeStep(fields: YamlFields): string {
  const lines = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${writeScalar(value)}`);
  return `- ${lines.join("\n  ")}\n`;
}

/** Plain where YAML reads it as it stands, quoted as in JSON where not. */
function writeScalar(value: string | number | boolean | undefined): string {
  if (typeof value !== "string") return String(value);
  const isExpression = /^\$\{[\w.]+\}$/.test(value);
  const isPlain = /^[A-Za-z][\w-]*(?::[\w-]+)*$/.test(value) && !WORDS.test(value);
  return isExpression || isPlain ? value : JSON.stringify(value);
}

/** What YAML, in one of its versions, takes for something else than text. */
const WORDS = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

function stepIdOf(detects: string): string {
  const word = detects
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[^a-z]+|_+$/g, "");
  return word === "" ? "found" : `${word}_mask`;
}
