import { FIELD_DESCRIPTIONS } from "./wire/descriptions.ts";

/* What each field of a workflow is, in a sentence or two for whoever writes one in an editor. docs/workflow-language.md
   says the same at greater length. */

export const DOCUMENT_FIELDS: Readonly<Record<string, string>> = {
  $schema: "Where editors find this schema.",
  maskloom: "Version of the language.",
  name: "What the workflow is called: small letters, digits, - and _.",
  description: "What it does, for people.",
  labels: "For searching.",
  inputs: "What a run is given, by name. At least one is an image.",
  defaults: "What every step starts from where its task has the field; a step's own value wins whole.",
  steps: "What is done. A step refers to steps above it, and waits for those it refers to.",
  output: "The one image of a run, such as ${steps.detail.image}.",
  outputs: "Instead of output: several images, masks and data, by name.",
};

export const INPUT_FIELDS: Readonly<Record<string, string>> = {
  type: "What it is.",
  default: "The value where none is given; without it the input must be given. null makes it optional.",
  min: "Smallest value that is taken.",
  max: "Greatest value that is taken.",
  choices: "The values to choose from.",
  help: "A sentence for the form and for `workflows show`.",
};

/** Of steps, their overrides, rules and the document's defaults. */
export const STEP_FIELDS: Readonly<Record<string, string>> = {
  ...FIELD_DESCRIPTIONS,
  id: "Its name in references.",
  task: "What it does.",
  if: "Whether it runs; where it does not, it yields its input image.",
  forEach:
    "One task for each item of a list, such as ${steps.faces.detections}; their results become one image.",
  as: "The name of one item in expressions, beside forEach.",
  needs: "Steps to wait for that no reference tells.",
  cache: "Whether an equal result from before may be taken; what is made is remembered in any case.",
  retries: "How often a task that failed is executed again, and when.",
  timeout: "How long one attempt may take: seconds, or such as 500ms, 90s, 5m, 2h.",
  onError: "What follows where it failed for good.",
  fallback:
    "Where a task goes that failed for good, or would wait too long: another provider, another model.",
  provider:
    "Who executes it: auto (never spends money), an instance or a kind, or a list in order of preference.",
  model:
    "Which model: AIR, name or slug; a list in order of preference; an expression for each picture's own.",
  byProvider: "Fields that differ where this provider was chosen.",
  strict: "Refuse what the model takes no notice of, instead of warning.",
  template: "A workflow that the provider keeps, such as a ComfyUI graph.",
  native: "Whether the provider zooms by itself, or more fields for it, passed on as they stand.",
  inputImage: "The image to look at, such as ${inputs.image}.",
  seedImage: "The image to work on, such as ${inputs.image}.",
  maskImage: "What to repaint, such as ${steps.faces.maskImage}; of a list of masks all that they cover.",
  select: "Which of the detections count.",
  combine: "One mask of all detections, or one for each.",
  within: "A mask that confines this one; of a list of masks all that they cover.",
  onEmpty: "What follows where nothing is found: skip, fail, or another model to ask.",
  outputScale: "How many times larger the result is.",
  align: "Whether faces are turned upright by the line of their eyes before they are repainted.",
  accept: "Which results are good enough, and what becomes of the others.",
  candidates: "How many results to make, with seed, seed + 1, and so on.",
  repeat: "More passes, each on what the one before it made, with the same mask.",
  rules: "The first rule that holds wins; its fields override the step's.",
  weight: "How strongly it counts; 1 is as it was made.",
  when: "An expression without ${ }.",
  skip: "Whether it is left as it is.",
  seedOffset: "Added to the seed.",
  base: "The image below.",
  over: "The image that is laid on it.",
  mask: "Where it is laid: white all of it, black nothing; of a list of masks all that they cover.",
  image: "The image.",
  width: "Pixels.",
  height: "Pixels.",
  fit: "How a picture of another shape becomes one of this size.",
  endpoint: "Where the image's bytes are PUT.",
  url: "Where it is POSTed.",
  body: "What is POSTed, as JSON.",
  show: "What the person sees.",
  allow: "What the person may decide.",
  otherwise: "What holds where nobody decides in time.",
  workflow: "The name of a shipped workflow or of a file beside this one, or a path relative to it.",
  inputs: "What the used workflow is given.",
  settings: "What only one provider understands, such as the mode of local:fill.",
};

/** Within the fields of these names. */
export const NESTED_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  retries: {
    attempts: "How often it is executed at most; 1 = no retry.",
    backoff: "How long it waits in between.",
    on: "Error codes after which it is executed again.",
    type: "How the wait grows.",
    delay: "The first wait.",
    max: "The longest wait.",
  },
  select: {
    where: "An expression without ${ } over the detection's fields: area > 0.01 and label == 'face'.",
    sort: "Their order.",
    take: "The first so many after sorting, or picks such as [1, 3].",
    minArea: "Smallest share of the picture, bounds included.",
    maxArea: "Greatest share of the picture, bounds included.",
    classes: "Labels that count, and labels that do not.",
    include: "Only these labels.",
    exclude: "None of these labels.",
  },
  accept: {
    seam: 'A bound such as "< 1.3" for how visible the seam is.',
    colorShift: 'A bound such as "< 3" for how far the colours moved.',
    sharpnessGain: 'A bound such as "> 1" for how much sharper it became.',
    otherwise: "What becomes of a region that is not good enough.",
    times: "How often it is rerolled at most.",
    finally: "What holds where no reroll was good enough.",
  },
  repeat: {
    times: "How many passes.",
    strength: "That of each pass; the last one holds for the rest.",
  },
  fallback: {
    provider: "Another provider.",
    model: "Another model.",
    when: "A task also goes there while it would wait longer than this where it is: queueWait > 600s.",
  },
  onEmpty: { fallback: "The detector that is asked instead." },
};
