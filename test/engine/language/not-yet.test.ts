import { describe, expect, it } from "vitest";
import { findNotYet, NOT_YET, refuseNotYet } from "../../../src/engine/language/not-yet.ts";
import { type ParsedWorkflow, parseWorkflow } from "../../../src/engine/language/parse-workflow.ts";

const HEAD = `maskloom: 1
name: t
inputs: { image: { type: image }, p: { type: text, default: x } }
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

const parse = (text: string): ParsedWorkflow => parseWorkflow(text, { file: "my.yaml" });
const refused = (text: string): readonly string[] =>
  findNotYet(parse(text)).map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
const masking = (field: string): string => `${HEAD}    ${field}\n${DETAIL}${OUT}`;
const inference = (field: string): string => `${HEAD}${DETAIL}    ${field}\n${OUT}`;
const extra = (step: string): string => `${HEAD}${DETAIL}  - ${step}\n${OUT}`;

/** For each row of the table a workflow that meets it, and nothing else of it. */
const EXAMPLES: readonly (readonly [text: string, line: string])[] = [
  [
    inference("provider: ${inputs.p}"),
    '14:15 steps[1].provider: not yet: a provider chosen by an expression cannot be executed by this version (step "detail").',
  ],
];

describe("what is parsed but not executed yet", () => {
  it.each(EXAMPLES)("is refused by name and place: %#", (text, line) => {
    expect(refused(text)).toEqual([line]);
  });

  it("has an example here for every row of its table", () => {
    const said = EXAMPLES.map(([, line]) => line);
    for (const { field, what } of NOT_YET) {
      expect(said.some((line) => line.includes(`.${field}: not yet: ${what} cannot`))).toBe(true);
    }
    expect(said.length).toBe(NOT_YET.length);
  });

  it("is refused with one code, all of it at once", () => {
    const text = inference("provider: ${inputs.p}").replace(
      "task: imageMasking\n",
      "task: imageMasking\n    provider: ${inputs.p}\n",
    );
    expect(() => refuseNotYet(parse(text))).toThrow(
      expect.objectContaining({
        code: "FEATURE_NOT_YET",
        message: [
          'my.yaml:7:15  steps[0].provider: not yet: a provider chosen by an expression cannot be executed by this version (step "faces").',
          'my.yaml:15:15 steps[1].provider: not yet: a provider chosen by an expression cannot be executed by this version (step "detail").',
        ].join("\n"),
      }),
    );
  });

  it("is refused among the defaults too", () => {
    expect(refused(`${HEAD}${DETAIL}${OUT}defaults: { provider: "\${inputs.p}" }\n`)).toEqual([
      "15:23 defaults.provider: not yet: a provider chosen by an expression cannot be executed by this version.",
    ]);
  });
});

describe("what is executed", () => {
  it.each([
    masking("onEmpty: { fallback: mediapipe_face_short }"),
    masking("select: { minArea: 0.01, sort: area, take: 3, classes: { include: [face] } }"),
    masking("invert: true"),
    masking("strict: true"),
    masking("model: [mediapipe_face_full, mediapipe_face_short]").replace(
      "    model: mediapipe_face_full\n",
      "",
    ),
    inference("cache: false"),
    inference("native: { a: 1 }"),
    inference("template: sd15"),
    inference("provider: [local, runware]"),
    inference("repeat: { times: 2 }"),
    extra('{ id: x, task: use, workflow: face-detail, inputs: { image: "${inputs.image}" } }'),
    extra(
      '{ id: x, task: composite, base: "${inputs.image}", over: "${steps.detail.image}", mask: "${steps.faces.maskImage}" }',
    ),
    extra('{ id: x, task: review, show: "${steps.detail.image}", timeout: 2h, otherwise: accept }'),
    extra('{ id: x, task: webhook, url: "https://example.org/done" }'),
    extra(
      '{ id: x, task: upload, image: "${steps.detail.image}", endpoint: "https://example.org/${run.file}" }',
    ),
    extra('{ id: x, task: resize, image: "${steps.detail.image}", width: 512 }'),
    inference("align: landmarks"),
    inference('accept: { seam: "< 1.3", otherwise: fail }'),
    inference("candidates: 4").replace("detail.image", "detail.candidates[2]"),
    masking('select: { where: "area > 0.1" }'),
    masking("combine: union"),
    masking("combine: perDetection"),
    masking("tiling: off"),
    masking("tiling: auto"),
    masking("shape: ellipse"),
    inference('positivePrompt: "${inputs.image.meta.prompt ?? inputs.p}"'),
    inference("retries: { attempts: 3, backoff: exponential, on: [TIMED_OUT] }"),
    inference("timeout: 5m"),
    inference("onError: skip"),
    inference("needs: [faces]"),
    inference("provider: local"),
    inference("strict: true"),
    inference("settings: { mode: blur }"),
    inference("strength: ${clamp(steps.faces.count / 10, 0.1, 0.5)}"),
  ])("is not refused: %#", (text) => {
    expect(refused(text)).toEqual([]);
  });
});
