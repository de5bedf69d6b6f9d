/** Wrong workflows and the exact lines that are said about them; the file is called my.yaml. */
export interface WrongWorkflow {
  readonly fault: string;
  readonly text: string;
  readonly lines: readonly string[];
}

const HEAD = `maskloom: 1
name: t
inputs:
  image: { type: image }
  prompt: { type: text, default: x }
steps:
  - id: faces
    task: imageMasking
    inputImage: \${inputs.image}
    model: mediapipe_face_full
`;
const DETAIL = `  - id: detail
    task: imageInference
    seedImage: \${inputs.image}
    maskImage: \${steps.faces.maskImage}
    model: local:fill
`;
const OUT = "output: ${steps.detail.image}\n";
const step = (more: string): string => HEAD + DETAIL + more + OUT;
export const wrongWorkflows: readonly WrongWorkflow[] = [
  {
    fault: "a misspelt field",
    text: step("    maskMargn: 48\n"),
    lines: ["my.yaml:16:5 steps[1].maskMargn: unknown field for imageInference. Did you mean maskMargin?"],
  },
  {
    fault: "a reference to a step that does not exist",
    text: HEAD + DETAIL.replace("steps.faces.", "steps.face.") + OUT,
    lines: [
      'my.yaml:14:16 steps[1].maskImage: ${steps.face.maskImage} refers to step "face", which does not exist. Steps here: faces, detail.',
    ],
  },
  {
    fault: "several faults at once, in the order of the file",
    text: `${HEAD + DETAIL.replace("steps.faces.", "steps.face.")}    maskMargn: 48\n${OUT}`,
    lines: [
      'my.yaml:14:16 steps[1].maskImage: ${steps.face.maskImage} refers to step "face", which does not exist. Steps here: faces, detail.',
      "my.yaml:16:5  steps[1].maskMargn: unknown field for imageInference. Did you mean maskMargin?",
    ],
  },
  {
    fault: "an empty file",
    text: "",
    lines: ["my.yaml:1:1 expected a workflow: a mapping with maskloom, name, inputs, steps and output."],
  },
  {
    fault: "a text instead of a workflow",
    text: "just a text",
    lines: ["my.yaml:1:1 expected a workflow: a mapping with maskloom, name, inputs, steps and output."],
  },
  {
    fault: "a list instead of a workflow",
    text: "- 1\n- 2\n",
    lines: ["my.yaml:1:1 expected a workflow: a mapping with maskloom, name, inputs, steps and output."],
  },
  {
    fault: "indentation by tabs",
    text: "maskloom: 1\ninputs:\n\timage: { type: image }\n",
    lines: ["my.yaml:3:1 indentation is made of spaces, not tabs."],
  },
  {
    fault: "an expression without quotes inside braces",
    text: "maskloom: 1\nname: t\nsteps:\n  - { id: a, inputImage: ${inputs.image} }\n",
    lines: [
      'my.yaml:4:27 this is not YAML: Unexpected flow-map-start at node end. Inside { } and [ ], expressions are written in quotes: "${…}".',
    ],
  },
  {
    fault: "a quote that is never closed",
    text: 'maskloom: 1\nname: "t\n',
    lines: ['my.yaml:3:1 this is not YAML: Missing closing "quote.'],
  },
  {
    fault: "a comma too few in JSON",
    text: '{"maskloom": 1\n "name": "t" }\n',
    lines: ["my.yaml:1:14 this is neither JSON nor YAML: Implicit keys need to be on a single line."],
  },
  {
    fault: "a field written twice",
    text: "maskloom: 1\nname: a\nname: b\ninputs: { image: { type: image } }\nsteps: []\n",
    lines: [
      "my.yaml:1:1 output: missing: expected output (one image) or outputs (named images, masks and data).",
      "my.yaml:3:1 name: this field is written twice.",
      "my.yaml:5:8 steps: expected a list of mappings (1 to 200), received an empty list.",
    ],
  },
  {
    fault: "two documents in one file",
    text: "maskloom: 1\n---\nmaskloom: 1\n",
    lines: ["my.yaml:2:1 expected one document in the file, received several."],
  },
  {
    fault: "a tag",
    text: "maskloom: 1\nname: !secret x\n",
    lines: ["my.yaml:2:7 tags such as !name are not part of the language."],
  },
  {
    fault: "a colon inside a text without quotes",
    text: "maskloom: 1\nname: a: b\n",
    lines: ['my.yaml:2:7 a text that contains ": " must be in quotes.'],
  },
  {
    fault: "an alias without an anchor",
    text: "maskloom: 1\nname: *n\n",
    lines: [
      "my.yaml:1:1 inputs: missing: expected a mapping.",
      "my.yaml:1:1 steps: missing: expected a list of mappings (1 to 200).",
      "my.yaml:1:1 output: missing: expected output (one image) or outputs (named images, masks and data).",
      "my.yaml:2:7 name: this alias has no anchor before it.",
    ],
  },
  {
    fault: "a later version of the language",
    text: "maskloom: 2\nname: t\n",
    lines: ["my.yaml:1:11 maskloom: expected 1, the version of the language that is read here, received 2."],
  },
  {
    fault: "a missing version",
    text: step("").replace("maskloom: 1\n", ""),
    lines: ["my.yaml:1:1 maskloom: missing: expected 1."],
  },
  {
    fault: "a name that is none",
    text: step("").replace("name: t", "name: My Workflow"),
    lines: [
      'my.yaml:2:7 name: expected a name of small letters, digits, - and _, received text "My Workflow".',
    ],
  },
  {
    fault: "a file that only states its version",
    text: "maskloom: 1\n",
    lines: [
      "my.yaml:1:1 name: missing: expected a name of small letters, digits, - and _.",
      "my.yaml:1:1 inputs: missing: expected a mapping.",
      "my.yaml:1:1 steps: missing: expected a list of mappings (1 to 200).",
      "my.yaml:1:1 output: missing: expected output (one image) or outputs (named images, masks and data).",
    ],
  },
  {
    fault: "an unknown field of the document",
    text: step("").replace("name: t", "name: t\nstpes: 1"),
    lines: [
      "my.yaml:3:1 stpes: unknown field for a workflow. Its fields: maskloom, name, description, labels, inputs, defaults, steps, output, outputs.",
    ],
  },
  {
    fault: "an unknown type of input",
    text: step("").replace("type: text", "type: string"),
    lines: [
      'my.yaml:5:19 inputs.prompt.type: expected one of image, mask, text, number, integer, boolean, choice, received text "string".',
    ],
  },
  {
    fault: "a field that the input's type does not have",
    text: step("").replace("default: x", "default: x, min: 1"),
    lines: [
      "my.yaml:5:37 inputs.prompt.min: unknown field for an input of type text. Its fields: type, default, help.",
    ],
  },
  {
    fault: "a default above the maximum",
    text: step("").replace(
      "prompt: { type: text, default: x }",
      "prompt: { type: number, min: 0, max: 1, default: 2 }",
    ),
    lines: ["my.yaml:5:52 inputs.prompt.default: expected at most max (1), received 2."],
  },
  {
    fault: "a minimum above the maximum",
    text: step("").replace("prompt: { type: text, default: x }", "prompt: { type: number, min: 3, max: 1 }"),
    lines: ["my.yaml:5:32 inputs.prompt.min: expected at most max (1), received 3."],
  },
  {
    fault: "a default that is not among the choices",
    text: step("").replace(
      "prompt: { type: text, default: x }",
      "prompt: { type: choice, choices: [a, b], default: c }",
    ),
    lines: ['my.yaml:5:53 inputs.prompt.default: expected one of a, b, received "c".'],
  },
  {
    fault: "a choice listed twice",
    text: step("").replace("prompt: { type: text, default: x }", "prompt: { type: choice, choices: [a, a] }"),
    lines: ["my.yaml:5:36 inputs.prompt.choices: a choice is listed twice."],
  },
  {
    fault: "an expression as a default",
    text: step("").replace("default: x", 'default: "${run.file}"'),
    lines: [
      "my.yaml:5:34 inputs.prompt.default: a default is taken as it stands: no expression is evaluated in it.",
    ],
  },
  {
    fault: "no image to work on",
    text: step("").replace("image: { type: image }", "image: { type: mask }"),
    lines: [
      "my.yaml:4:3 inputs: expected at least one input of type image: it is the picture that a run works on.",
    ],
  },
  {
    fault: "an input whose name expressions could not say",
    text: step("").replace("prompt:", "Prompt:"),
    lines: [
      'my.yaml:5:3 inputs.Prompt: expected a name: a small letter, then letters, digits or _, received text "Prompt".',
    ],
  },
  {
    fault: "a misspelt task",
    text: step("").replace("task: imageInference", "task: imageInferense"),
    lines: [
      'my.yaml:12:11 steps[1].task: expected one of imageMasking, imageInference, composite, resize, upload, webhook, review, use, received text "imageInferense". Did you mean imageInference?',
    ],
  },
  {
    fault: "a step without a task",
    text: step("").replace("    task: imageInference\n", ""),
    lines: [
      "my.yaml:11:5 steps[1].task: missing: expected one of imageMasking, imageInference, composite, resize, upload, webhook, review, use.",
    ],
  },
  {
    fault: "a step without a model",
    text: step("").replace("    model: local:fill\n", ""),
    lines: ["my.yaml:11:5 steps[1].model: missing: expected a text or a list of texts (at least 1)."],
  },
  {
    fault: "a field that the API writes differently",
    text: step("    numberResults: 4\n"),
    lines: ["my.yaml:16:5 steps[1].numberResults: unknown field for imageInference: here it is candidates."],
  },
  {
    fault: "a field of another task",
    text: `${HEAD}    maskMargin: 48\n${DETAIL}${OUT}`,
    lines: [
      "my.yaml:11:5 steps[0].maskMargin: unknown field for imageMasking: it is a field of imageInference.",
    ],
  },
  {
    fault: "a number out of range",
    text: step("    strength: 1.5\n"),
    lines: ["my.yaml:16:15 steps[1].strength: expected a number from 0 to 1, received 1.5."],
  },
  {
    fault: "a fraction where a whole number is meant",
    text: step("    steps: 20.5\n"),
    lines: ["my.yaml:16:12 steps[1].steps: expected a whole number from 1 to 200, received 20.5."],
  },
  {
    fault: "a text where a number is meant",
    text: step("    steps: many\n"),
    lines: ['my.yaml:16:12 steps[1].steps: expected a whole number from 1 to 200, received text "many".'],
  },
  {
    fault: "a word that is none of the listed",
    text: step("    acceleration: hi\n"),
    lines: [
      'my.yaml:16:19 steps[1].acceleration: expected one of none, low, medium, high, received text "hi".',
    ],
  },
  {
    fault: "a misspelt word of a list",
    text: `${HEAD}    shape: elipse\n${DETAIL}${OUT}`,
    lines: [
      'my.yaml:11:12 steps[0].shape: expected one of box, ellipse, hull, segmentation, received text "elipse". Did you mean ellipse?',
    ],
  },
  {
    fault: "a number that is none of the listed",
    text: step("    outputScale: 5\n"),
    lines: ["my.yaml:16:18 steps[1].outputScale: expected one of 1, 2, 3, 4, received 5."],
  },
  {
    fault: "a field left empty",
    text: step("    strength:\n"),
    lines: ["my.yaml:16:14 steps[1].strength: expected a number from 0 to 1, received nothing."],
  },
  {
    fault: "faults inside a mapping",
    text: `${HEAD}    select: { minArea: 2, sort: leftToRigth, tak: 3 }\n${DETAIL}${OUT}`,
    lines: [
      "my.yaml:11:24 steps[0].select.minArea: expected a number from 0 to 1, received 2.",
      'my.yaml:11:33 steps[0].select.sort: expected one of confidence, area, leftToRight, rightToLeft, topToBottom, centerToEdge, received text "leftToRigth". Did you mean leftToRight?',
      "my.yaml:11:46 steps[0].select.tak: unknown field for select. Did you mean take?",
    ],
  },
  {
    fault: "a selection of none",
    text: `${HEAD}    select: { take: 0 }\n${DETAIL}${OUT}`,
    lines: [
      "my.yaml:11:21 steps[0].select.take: expected a whole number from 1 or a list of whole numbers from 1 (at least 1), received 0.",
    ],
  },
  {
    fault: "a pick that does not exist",
    text: `${HEAD}    select: { take: [1, 0] }\n${DETAIL}${OUT}`,
    lines: ["my.yaml:11:25 steps[0].select.take[1]: expected a whole number from 1, received 0."],
  },
  {
    fault: "a missing field deep in a list",
    text: step("    lora: [{ weight: 1 }]\n"),
    lines: ["my.yaml:16:12 steps[1].lora[0].model: missing: expected a text."],
  },
  {
    fault: "two steps of the same name",
    text: `${HEAD + DETAIL.replace("id: detail", "id: faces")}output: \${steps.faces.image}\n`,
    lines: ['my.yaml:11:9 steps[1].id: steps[0] is already called "faces".'],
  },
  {
    fault: "a step whose name expressions could not say",
    text: step("").replace("id: detail", "id: 1detail").replace("steps.detail", "steps.faces"),
    lines: [
      'my.yaml:11:9 steps[1].id: expected a name: a small letter, then letters, digits or _, received text "1detail".',
    ],
  },
  {
    fault: "a file name where a reference is meant",
    text: HEAD + DETAIL.replace("${inputs.image}", "photo.png") + OUT,
    lines: [
      'my.yaml:13:16 steps[1].seedImage: expected an expression such as ${inputs.image}, received text "photo.png".',
    ],
  },
  {
    fault: "a misspelt input",
    text: HEAD + DETAIL.replace("${inputs.image}", "${inputs.imge}") + OUT,
    lines: [
      'my.yaml:13:16 steps[1].seedImage: ${inputs.imge} refers to input "imge", which does not exist. Inputs here: image, prompt.',
    ],
  },
  {
    fault: "a name that is not known",
    text: step("    strength: ${input.strength}\n"),
    lines: [
      'my.yaml:16:15 steps[1].strength: ${input.strength} refers to "input", which is not known here. Names here: inputs, steps, run. Did you mean inputs?',
    ],
  },
  {
    fault: "a field that the step does not yield",
    text: HEAD + DETAIL.replace("steps.faces.maskImage", "steps.faces.mask") + OUT,
    lines: [
      'my.yaml:14:16 steps[1].maskImage: ${steps.faces.mask}: steps.faces has no field "mask". Fields here: maskImage, detections, count, image, fallbackUsed, status, seconds, cost.',
    ],
  },
  {
    fault: "a field that a detection does not have",
    text: step("    strength: ${steps.faces.detections[1].size}\n"),
    lines: [
      'my.yaml:16:15 steps[1].strength: ${steps.faces.detections[1].size}: steps.faces.detections[1] has no field "size". Fields here: index, label, score, box, area, aspect, x, y, roll.',
    ],
  },
  {
    fault: "a field of a list instead of one of its items",
    text: step("    strength: ${steps.faces.detections.area}\n"),
    lines: [
      'my.yaml:16:15 steps[1].strength: ${steps.faces.detections.area}: steps.faces.detections is a list: expected a place in it, such as [1], received "area".',
    ],
  },
  {
    fault: "a place in something that is no list",
    text: step("    strength: ${steps.faces.count[1]}\n"),
    lines: [
      "my.yaml:16:15 steps[1].strength: ${steps.faces.count[1]}: steps.faces.count is a number, which has no places to count.",
    ],
  },
  {
    fault: "an index of zero",
    text: step("    strength: ${steps.faces.detections[0].area}\n"),
    lines: ["my.yaml:16:40 steps[1].strength: indices count from 1, received 0."],
  },
  {
    fault: "a field of a number",
    text: step("    strength: ${steps.faces.count.x}\n"),
    lines: [
      "my.yaml:16:15 steps[1].strength: ${steps.faces.count.x}: steps.faces.count is a number, which has no fields.",
    ],
  },
  {
    fault: "an image where a mask is meant",
    text: HEAD + DETAIL.replace("steps.faces.maskImage", "steps.faces.image") + OUT,
    lines: [
      "my.yaml:14:16 steps[1].maskImage: expected a mask, received ${steps.faces.image}, which is an image.",
    ],
  },
  {
    fault: "an image in a list of masks",
    text:
      HEAD +
      DETAIL.replace("${steps.faces.maskImage}", '["${steps.faces.maskImage}", "${steps.faces.image}"]') +
      OUT,
    lines: [
      "my.yaml:14:46 steps[1].maskImage[1]: expected a mask, received ${steps.faces.image}, which is an image.",
    ],
  },
  {
    fault: "an image where a mask is meant, laid on a mask",
    text:
      HEAD +
      '  - { id: both, task: composite, base: "${steps.faces.image}", over: "${steps.faces.maskImage}", mask: "${steps.faces.maskImage}" }\n' +
      DETAIL.replace("steps.faces.maskImage", "steps.both.image") +
      OUT,
    lines: [
      "my.yaml:15:16 steps[2].maskImage: expected a mask, received ${steps.both.image}, which is an image.",
    ],
  },
  {
    fault: "a number where an image is meant",
    text: HEAD + DETAIL.replace("${inputs.image}", "${steps.faces.count}") + OUT,
    lines: [
      "my.yaml:13:16 steps[1].seedImage: expected an image, received ${steps.faces.count}, which is a number.",
    ],
  },
  {
    fault: "an alternative that is no image",
    text: HEAD + DETAIL.replace("${inputs.image}", "${steps.faces.image ?? inputs.prompt}") + OUT,
    lines: [
      "my.yaml:13:16 steps[1].seedImage: expected an image, received ${inputs.prompt}, which is a text.",
    ],
  },
  {
    fault: "an output that is no image",
    text: `${HEAD + DETAIL}output: \${steps.faces.count}\n`,
    lines: ["my.yaml:16:9 output: expected an image, received ${steps.faces.count}, which is a number."],
  },
  {
    fault: "a file name as output",
    text: `${HEAD + DETAIL}output: result.png\n`,
    lines: [
      'my.yaml:16:9 output: expected an expression such as ${inputs.image}, received text "result.png".',
    ],
  },
  {
    fault: "output and outputs",
    text: step('outputs: { a: "${steps.faces.image}" }\n'),
    lines: ["my.yaml:16:10 outputs: expected either output or outputs, received both."],
  },
  {
    fault: "neither output nor outputs",
    text: HEAD + DETAIL,
    lines: [
      "my.yaml:1:1 output: missing: expected output (one image) or outputs (named images, masks and data).",
    ],
  },
  {
    fault: "a forward reference beside an unknown step",
    text:
      HEAD.replace("${inputs.image}", "${steps.detail.image}") +
      DETAIL.replace("${steps.faces.maskImage}", "${steps.other.maskImage}") +
      OUT,
    lines: [
      'my.yaml:9:17  steps[0].inputImage: ${steps.detail.image} refers to step "detail", which comes later. Move detail above faces.',
      'my.yaml:14:16 steps[1].maskImage: ${steps.other.maskImage} refers to step "other", which does not exist. Steps here: faces, detail.',
    ],
  },
  {
    fault: "a forward reference",
    text:
      HEAD.replace("${inputs.image}", "${steps.detail.image}") +
      DETAIL.replace("    maskImage: ${steps.faces.maskImage}\n", "") +
      OUT,
    lines: [
      'my.yaml:9:17 steps[0].inputImage: ${steps.detail.image} refers to step "detail", which comes later. Move detail above faces.',
    ],
  },
  {
    fault: "a cycle",
    text: HEAD.replace("${inputs.image}", "${steps.detail.image}") + DETAIL + OUT,
    lines: [
      'my.yaml:9:17 steps[0].inputImage: ${steps.detail.image} refers to step "detail", which makes a cycle: faces -> detail -> faces.',
    ],
  },
  {
    fault: "a step that refers to itself",
    text: HEAD + DETAIL.replace("${inputs.image}", "${steps.detail.image}") + OUT,
    lines: [
      'my.yaml:13:16 steps[1].seedImage: ${steps.detail.image} refers to step "detail", which makes a cycle: detail -> detail.',
    ],
  },
  {
    fault: "needs that do not exist",
    text: step("    needs: [fces, later]\n"),
    lines: [
      'my.yaml:16:13 steps[1].needs[0]: step "fces", which does not exist. Steps here: faces, detail.',
      'my.yaml:16:19 steps[1].needs[1]: step "later", which does not exist. Steps here: faces, detail.',
    ],
  },
  {
    fault: "an expression that stops too early",
    text: step("    strength: ${0.5 +}\n"),
    lines: ["my.yaml:16:22 steps[1].strength: expected a value, received the end."],
  },
  {
    fault: "an expression that is never closed",
    text: step("    strength: ${0.5\n"),
    lines: ['my.yaml:16:20 steps[1].strength: expected "}" at the end of the expression.'],
  },
  {
    fault: "an operator of another language, deep in a text",
    text: step('    positivePrompt: "a ${inputs.prompt && 1} b"\n'),
    lines: ['my.yaml:16:40 steps[1].positivePrompt: "&&" is written "and" here.'],
  },
  {
    fault: "an unknown function",
    text: step("    strength: ${flor(0.5)}\n"),
    lines: [
      'my.yaml:16:17 steps[1].strength: there is no function "flor". There are: min, max, clamp, round, len, lower, contains.',
    ],
  },
  {
    fault: "a function with too few values",
    text: step("    strength: ${clamp(0.5, 1)}\n"),
    lines: ["my.yaml:16:17 steps[1].strength: expected clamp(value, least, most), received 2 values."],
  },
  {
    fault: "an expression without anything in it",
    text: step("    strength: ${}\n"),
    lines: ["my.yaml:16:17 steps[1].strength: expected an expression, received nothing."],
  },
  {
    fault: "chained comparisons",
    text: step("    if: ${0 < steps.faces.count < 5}\n"),
    lines: ['my.yaml:16:33 steps[1].if: comparisons do not chain: write "a < b and b < c".'],
  },
  {
    fault: "a condition that is a number",
    text: step("    if: ${steps.faces.count}\n"),
    lines: [
      "my.yaml:16:9 steps[1].if: expected true or false, received ${steps.faces.count}, which is a number.",
    ],
  },
  {
    fault: "a rule that decides by arithmetic",
    text: step('    rules: [{ when: "steps.faces.count - 1", strength: 0.2 }]\n'),
    lines: [
      "my.yaml:16:22 steps[1].rules[0].when: expected true or false, received a computed value, which is a number.",
    ],
  },
  {
    fault: "a field that no element has",
    text: step('    forEach: "${steps.faces.detections}"\n    as: face\n    strength: ${face.scor}\n'),
    lines: [
      'my.yaml:18:15 steps[1].strength: ${face.scor}: face has no field "scor". Fields here: index, label, score, box, area, aspect, x, y, roll. Did you mean score?',
    ],
  },
  {
    fault: "a field of an element that only its step could give it",
    text: step(
      '    forEach: "${steps.faces.detections}"\n    as: face\n    rules: [{ when: "face.maskImage == null", skip: true }]\n',
    ),
    lines: [
      'my.yaml:18:22 steps[1].rules[0].when: ${face.maskImage}: face has no field "maskImage". Fields here: index, label, score, box, area, aspect, x, y, roll. Its step needs combine: perDetection.',
    ],
  },
  {
    fault: "another place for a task that has none",
    text: `${step("")}`.replace(
      "output:",
      '  - { id: small, task: resize, image: "${inputs.image}", width: 9, fallback: { model: m } }\noutput:',
    ),
    lines: ["my.yaml:16:78 steps[2].fallback: resize has no model or provider that could be another."],
  },
  {
    fault: "passes where a rule cannot say how many",
    text: step("    rules: [{ repeat: { times: 2 } }]\n"),
    lines: [
      "my.yaml:16:15 steps[1].rules[0].repeat: unknown field for a rule. docs/workflow-language.md lists its fields.",
    ],
  },
  {
    fault: "a condition without braces",
    text: step("    if: steps.faces.count > 1\n"),
    lines: [
      'my.yaml:16:9 steps[1].if: expected true or false, received text "steps.faces.count > 1". Expressions stand between ${ and }.',
    ],
  },
  {
    fault: "a bare condition with braces",
    text: step(
      '    forEach: ${steps.faces.detections}\n    as: face\n    rules:\n      - { when: "${face.index == 1}" }\n',
    ),
    lines: [
      "my.yaml:19:18 steps[1].rules[0].when: expected an expression without ${ }, since nothing else can stand here.",
    ],
  },
  {
    fault: "a rule about a name that is not known",
    text: step(
      "    forEach: ${steps.faces.detections}\n    as: face\n    rules:\n      - { when: fce.index == 1, strength: 0.2 }\n",
    ),
    lines: [
      'my.yaml:19:17 steps[1].rules[0].when: ${fce.index} refers to "fce", which is not known here. Names here: inputs, steps, run, face. Did you mean face?',
    ],
  },
  {
    fault: "a selection by a field that detections do not have",
    text: `${HEAD}    select: { where: "area > 0.1 and scor > 0.5" }\n${DETAIL}${OUT}`,
    lines: [
      'my.yaml:11:38 steps[0].select.where: ${scor} refers to "scor", which is not known here. Names here: inputs, steps, run, index, label, score, box, area, aspect, x, y, roll. Did you mean score?',
    ],
  },
  {
    fault: "two expressions where one number is meant",
    text: step("    strength: ${0.1}${0.2}\n"),
    lines: [
      "my.yaml:16:15 steps[1].strength: expected one expression and nothing else, received a text with expressions in it.",
    ],
  },
  {
    fault: "a loop variable without a loop",
    text: step("    as: face\n"),
    lines: ["my.yaml:16:9 steps[1].as: expected forEach beside it: as names one of its detections."],
  },
  {
    fault: "a loop without a variable",
    text: step("    forEach: ${steps.faces.detections}\n"),
    lines: ["my.yaml:11:5 steps[1].as: missing: expected a name for one detection, since forEach is given."],
  },
  {
    fault: "a loop variable that means something else",
    text: step("    forEach: ${steps.faces.detections}\n    as: run\n"),
    lines: ['my.yaml:17:9 steps[1].as: "run" means something else in expressions.'],
  },
  {
    fault: "a loop of another task than imageInference",
    text: `${HEAD}    forEach: [1, 2]\n    as: item\n${DETAIL}${OUT}`,
    lines: [
      "my.yaml:11:14 steps[0].forEach: expected task: imageInference beside it, received imageMasking.",
    ],
  },
  {
    fault: "a loop without a mask, over different pictures, in another frame",
    text:
      HEAD +
      DETAIL.replace("    maskImage: ${steps.faces.maskImage}\n", "").replace(
        "${inputs.image}",
        "${face.picture}",
      ) +
      "    forEach: [{ picture: x }]\n    as: face\n    width: 64\n" +
      OUT,
    lines: [
      "my.yaml:11:5  steps[1].maskImage: missing: each element is blended in through its own mask.",
      'my.yaml:13:16 steps[1].seedImage: expected one image for all elements, received one that depends on "face".',
      "my.yaml:17:12 steps[1].width: cannot stand beside forEach: its elements keep the frame of seedImage.",
    ],
  },
  {
    fault: "a loop over a number",
    text: step("    forEach: ${steps.faces.count}\n    as: face\n"),
    lines: [
      "my.yaml:16:14 steps[1].forEach: expected a list such as detections, received ${steps.faces.count}, which is a number.",
    ],
  },
  {
    fault: "a mask of one detection that is not made",
    text: step("    forEach: ${steps.faces.detections}\n    as: face\n").replace(
      "${steps.faces.maskImage}",
      "${face.maskImage}",
    ),
    lines: [
      'my.yaml:14:16 steps[1].maskImage: ${face.maskImage}: face has no field "maskImage". Fields here: index, label, score, box, area, aspect, x, y, roll. Its step needs combine: perDetection.',
    ],
  },
  {
    fault: "a loop variable outside its loop",
    text: step("    strength: ${face.area}\n"),
    lines: [
      'my.yaml:16:15 steps[1].strength: ${face.area} refers to "face", which is not known here. Names here: inputs, steps, run.',
    ],
  },
  {
    fault: "a rule that can never win",
    text: step(
      "    rules:\n      - { strength: 0.1 }\n      - { when: steps.faces.count > 1, strength: 0.2 }\n",
    ),
    lines: ["my.yaml:18:9 steps[1].rules[1]: never reached: rules[0] has no when, so it always wins."],
  },
  {
    fault: "a zoom without a mask",
    text: step("    maskMargin: 48\n").replace("    maskImage: ${steps.faces.maskImage}\n", ""),
    lines: [
      "my.yaml:15:17 steps[1].maskMargin: expected maskImage beside it: the zoom goes to the regions of a mask.",
    ],
  },
  {
    fault: "bounds that cross",
    text: step("    guideSize: 1024\n    maxSize: 512\n"),
    lines: ["my.yaml:16:16 steps[1].guideSize: expected at most maxSize (512), received 1024."],
  },
  {
    fault: "a fallback that is the model itself",
    text: `${HEAD}    onEmpty: { fallback: mediapipe_face_full }\n${DETAIL}${OUT}`,
    lines: ["my.yaml:11:26 steps[0].onEmpty.fallback: expected another model than the step's own."],
  },
  {
    fault: "a misspelt word beside a mapping",
    text: `${HEAD}    onEmpty: skipp\n${DETAIL}${OUT}`,
    lines: [
      'my.yaml:11:14 steps[0].onEmpty: expected one of skip, fail or a mapping, received text "skipp". Did you mean skip?',
    ],
  },
  {
    fault: "a misspelt field where a word could stand too",
    text: `${HEAD}    onEmpty: { falback: x }\n${DETAIL}${OUT}`,
    lines: [
      "my.yaml:11:14 steps[0].onEmpty.fallback: missing: expected a text.",
      "my.yaml:11:16 steps[0].onEmpty.falback: unknown field for onEmpty. Did you mean fallback?",
    ],
  },
  {
    fault: "retries out of range",
    text: step("    retries: { attempts: 0, backof: fixed }\n"),
    lines: [
      "my.yaml:16:26 steps[1].retries.attempts: expected a whole number from 1 to 20, received 0.",
      "my.yaml:16:29 steps[1].retries.backof: unknown field for retries. Did you mean backoff?",
    ],
  },
  {
    fault: "an unknown error code",
    text: step("    retries: { attempts: 3, on: [TIMEDOUT] }\n"),
    lines: [
      'my.yaml:16:34 steps[1].retries.on[0]: expected an error code such as TIMED_OUT, received text "TIMEDOUT". Did you mean TIMED_OUT?',
    ],
  },
  {
    fault: "a misspelt backoff",
    text: step("    retries: { attempts: 3, backoff: expnential }\n"),
    lines: [
      'my.yaml:16:38 steps[1].retries.backoff: expected one of none, fixed, exponential or a mapping, received text "expnential". Did you mean exponential?',
    ],
  },
  {
    fault: "a duration in words",
    text: step("    timeout: 5 minutes\n"),
    lines: [
      'my.yaml:16:14 steps[1].timeout: expected a number above 0 or a duration such as 500ms, 90s, 5m, 2h, 7d, received text "5 minutes".',
    ],
  },
  {
    fault: "an unknown way to go on",
    text: step("    onError: ignore\n"),
    lines: ['my.yaml:16:14 steps[1].onError: expected one of fail, skip, continue, received text "ignore".'],
  },
  {
    fault: "a fallback to nothing",
    text: step("    fallback: {}\n"),
    lines: ["my.yaml:16:15 steps[1].fallback: expected a provider, a model or both, received nothing."],
  },
  {
    fault: "a bound that is no comparison",
    text: step("    accept: { seam: 1.3, otherwise: keepOriginal, times: 2 }\n"),
    lines: [
      'my.yaml:16:21 steps[1].accept.seam: expected a comparison such as "< 1.3", received 1.3.',
      "my.yaml:16:58 steps[1].accept.times: expected otherwise: reroll beside it.",
    ],
  },
  {
    fault: "a quality gate without a bound",
    text: step("    accept: { otherwise: fail }\n"),
    lines: ["my.yaml:16:13 steps[1].accept: expected a bound for seam, colorShift or sharpnessGain."],
  },
  {
    fault: "strengths that do not fit the passes",
    text: step("    repeat: { times: 2, strength: [0.4, 0.3, 0.2] }\n"),
    lines: ["my.yaml:16:35 steps[1].repeat.strength: expected at most 2 strengths, one a time, received 3."],
  },
  {
    fault: "faults under one provider",
    text: step('    byProvider:\n      runware: { modl: "x", strength: 3 }\n'),
    lines: [
      "my.yaml:17:18 steps[1].byProvider.runware.modl: unknown field for imageInference by provider. Did you mean model?",
      "my.yaml:17:39 steps[1].byProvider.runware.strength: expected a number from 0 to 1, received 3.",
    ],
  },
  {
    fault: "a provider that depends on a step",
    text: step("    provider: ${steps.faces.status}\n"),
    lines: [
      'my.yaml:16:15 steps[1].provider: ${steps.faces.status} refers to "steps", which is not known here. Names here: inputs.',
    ],
  },
  {
    fault: "defaults that refer to steps",
    text: step('defaults: { strength: "${steps.faces.count}" }\n'),
    lines: [
      'my.yaml:16:24 defaults.strength: ${steps.faces.count} refers to "steps", which is not known here. Names here: inputs, run.',
    ],
  },
  {
    fault: "a default of what each step must say",
    text: step("defaults: { model: x, retry: 3 }\n"),
    lines: [
      "my.yaml:16:13 defaults.model: unknown field for defaults: each step has its own.",
      "my.yaml:16:23 defaults.retry: unknown field for defaults. docs/workflow-language.md lists its fields.",
    ],
  },
  {
    fault: "a resize to nothing",
    text: `${HEAD}  - { id: detail, task: resize, image: "\${inputs.image}" }\n${OUT}`,
    lines: ["my.yaml:11:5 steps[1].width: missing: expected width, height or both."],
  },
  {
    fault: "an address of another protocol",
    text:
      HEAD +
      DETAIL +
      '  - { id: up, task: upload, image: "${steps.detail.image}", endpoint: "ftp://x" }\n' +
      OUT,
    lines: [
      'my.yaml:16:71 steps[2].endpoint: expected an address with http:// or https://, received "ftp://x".',
    ],
  },
  {
    fault: "a decision that does not exist",
    text: `${HEAD + DETAIL}  - { id: look, task: review, show: "\${steps.detail.image}", allow: [acept] }\n${OUT}`,
    lines: [
      'my.yaml:16:70 steps[2].allow[0]: expected one of accept, reroll, keepOriginal, editMask, received text "acept". Did you mean accept?',
    ],
  },
  {
    fault: "a review that nothing ends, and one that says what holds after a time that it does not have",
    text:
      `${HEAD + DETAIL}  - { id: look, task: review, show: "\${steps.detail.image}", allow: [reroll] }\n` +
      `  - { id: again, task: review, show: "\${steps.detail.image}", otherwise: accept }\n${OUT}`,
    lines: [
      "my.yaml:16:69 steps[2].allow: expected accept or keepOriginal among them: nothing else ends a review.",
      "my.yaml:17:74 steps[3].otherwise: expected a timeout beside it: it says what holds when that is over.",
    ],
  },
  {
    fault: "names that JavaScript objects inherit",
    text: step("    constructor: 1\n    settings: { __proto__: 1 }\n"),
    lines: [
      "my.yaml:16:5  steps[1].constructor: unknown field for imageInference. docs/workflow-language.md lists its fields.",
      'my.yaml:17:17 steps[1].settings: expected a name of a field, received text "__proto__".',
    ],
  },
  {
    fault: "a fault in the middle of a block of text",
    text: step("    positivePrompt: |\n      a face\n      of ${inputs.promt} here\n"),
    lines: [
      'my.yaml:16:21 steps[1].positivePrompt: ${inputs.promt} refers to input "promt", which does not exist. Inputs here: image, prompt.',
    ],
  },
  {
    fault: "a label that is no text",
    text: step("labels: { team: 3 }\n"),
    lines: ["my.yaml:16:17 labels.team: expected a text of at most 255 characters, received 3."],
  },
  {
    fault: "references to what JavaScript objects inherit",
    text: step("    strength: ${steps.constructor.image}\n    clipSkip: ${steps.faces.toString}\n"),
    lines: [
      'my.yaml:16:15 steps[1].strength: ${steps.constructor.image} refers to step "constructor", which does not exist. Steps here: faces, detail.',
      'my.yaml:17:15 steps[1].clipSkip: ${steps.faces.toString}: steps.faces has no field "toString". Fields here: maskImage, detections, count, image, fallbackUsed, status, seconds, cost.',
    ],
  },
  {
    fault: "a number that is not finite",
    text: step("    strength: .inf\n"),
    lines: ["my.yaml:16:15 steps[1].strength: expected a text, a finite number, true, false or null."],
  },
  {
    fault: "a name that is a list",
    text: step("    ? [a]\n    : 1\n"),
    lines: ["my.yaml:16:7 steps[1]: expected a name of a field, received a list or a mapping."],
  },
];
