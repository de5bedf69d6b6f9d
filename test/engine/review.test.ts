import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReviewParameters } from "../../src/contracts/review.ts";
import { DONE_TASK_STATUSES } from "../../src/contracts/run.ts";
import { artifact, failed, foundFaces, made, PICTURE, PlayedRun, painted } from "./played-run.ts";
import { prepareExample } from "./two-steps.ts";

const workflow = (review: string, more = "", detail = "") =>
  prepareExample(`
maskloom: 1
name: reviewed
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, model: d, inputImage: "\${inputs.image}", combine: perDetection }
  - { id: detail, task: imageInference, model: i, seed: 7, seedImage: "\${inputs.image}", maskImage: "\${steps.faces.maskImage}"${detail} }
  - { id: look, task: review, ${review} }
${more}
outputs: { image: "\${steps.look.image}", decision: "\${steps.look.decision}", mask: "\${steps.look.maskImage}" }
`);
const SHOW = 'show: "${steps.detail.image}"';

/** Played until a person is asked. */
function asked(example = workflow(SHOW), seam = 1): PlayedRun {
  const run = new PlayedRun(example);
  run.finish("faces", foundFaces(1));
  run.finish("detail", painted("first", seam));
  return run;
}
const shownBy = (run: PlayedRun) => ReviewParameters.parse(run.task("look").input);
const TIMED = `${SHOW}, timeout: 2h`;

describe("a review", () => {
  it("waits for a person with what was made, what it was made of, and its numbers", () => {
    const run = asked(workflow(SHOW), 2.6);
    expect(run.task("look").status).toBe("review");
    expect(run.end).toBeNull();
    expect(shownBy(run)).toMatchObject({
      show: [artifact("first")],
      original: PICTURE,
      maskImage: artifact("mask of faces"),
      step: "detail",
      allow: ["accept", "reroll", "keepOriginal", "editMask"],
      otherwise: "fail",
      concern: 2,
      regions: [{ seam: 2.6 }],
    });
  });

  it("goes on with what is accepted, or with the picture before it", () => {
    const accepted = asked();
    accepted.review("look", { decision: "accept" });
    expect(accepted.end).toMatchObject({
      status: "succeeded",
      outputs: { image: artifact("first"), decision: "accept", mask: artifact("mask of faces") },
    });
    const kept = asked();
    kept.review("look", { decision: "keepOriginal" });
    expect(kept.end).toMatchObject({ outputs: { image: PICTURE, decision: "keepOriginal" } });
  });

  it("has the step made again with another seed, also where a seed is written, and asks again", () => {
    const run = asked();
    expect(run.task("detail").seed).toBe(7);
    run.review("look", { decision: "reroll", seed: 99 });
    expect(run.task("look").status).toBe("waiting");
    expect(run.task("detail")).toMatchObject({ status: "queued", seed: 99, input: { seed: 99 } });
    run.finish("detail", painted("second"));
    expect(shownBy(run).show).toEqual([artifact("second")]);
    run.review("look", { decision: "accept" });
    expect(run.end).toMatchObject({ status: "succeeded", output: artifact("second") });
    expect(run.attempts.get(run.task("faces").taskUUID)).toBe(1);
  });

  it("has the step made again with a mask that a person drew, which stays for a later reroll", () => {
    const run = asked();
    run.review("look", { decision: "editMask", maskImage: artifact("drawn") });
    expect(run.task("detail")).toMatchObject({
      status: "queued",
      input: { maskImage: artifact("drawn"), seed: 7 },
    });
    run.finish("detail", painted("second"));
    expect(shownBy(run).maskImage).toBe(artifact("drawn"));
    run.review("look", { decision: "reroll", seed: 99 });
    expect(run.task("detail").input).toMatchObject({ maskImage: artifact("drawn"), seed: 99 });
  });

  it("lets a person draw a mask where nothing was found, whatever the step's condition says", () => {
    const run = new PlayedRun(workflow(SHOW, "", ', if: "${steps.faces.count > 0}"'));
    run.finish("faces", foundFaces(0));
    expect(run.task("detail").status).toBe("skipped");
    expect(shownBy(run)).toMatchObject({ show: [PICTURE], maskImage: null, concern: null, step: "detail" });
    run.review("look", { decision: "editMask", maskImage: artifact("drawn") });
    expect(run.task("detail")).toMatchObject({ status: "queued", input: { maskImage: artifact("drawn") } });
  });

  it.each([
    ["accept", { status: "succeeded", output: artifact("first"), outputs: { decision: "accept" } }],
    ["keepOriginal", { status: "succeeded", output: PICTURE }],
    ["fail", { status: "failed", error: { code: "TIMED_OUT" } }],
  ])("that nobody decides in time is decided as its step says: %s", (otherwise, end) => {
    const run = asked(workflow(`${TIMED}, otherwise: ${otherwise}`));
    run.review("look", { decision: "timeout" });
    expect(run.end).toMatchObject(end);
    expect(run.warnings.join()).toContain(otherwise === "fail" ? "" : "nobody decided within its timeout");
  });

  it("that nobody decides and that the run may go on without hands the original on", () => {
    const run = asked(workflow(`${TIMED}, onError: continue`));
    run.review("look", { decision: "timeout" });
    expect(run.end).toMatchObject({ status: "partial", output: PICTURE });
  });

  it("refuses what its step does not allow, and what could not be carried out", () => {
    const narrow = asked(workflow(`${SHOW}, allow: [accept, reroll]`));
    expect(() => narrow.review("look", { decision: "keepOriginal" })).toThrow(
      "decision: expected one of accept, reroll, which is what can be decided here, got keepOriginal",
    );
    const nothingMade = asked(workflow('show: "${inputs.image}"'));
    expect(shownBy(nothingMade)).toMatchObject({ step: null, allow: ["accept", "keepOriginal"] });
  });

  it("is skipped where its condition does not hold, and yields what it would have shown", () => {
    const run = asked(workflow(`${SHOW}, if: "\${steps.detail.quality.regions[1].seam > 1.3}"`));
    expect(run.task("look")).toMatchObject({ status: "skipped", output: { image: artifact("first") } });
    expect(run.end).toMatchObject({ status: "succeeded", output: artifact("first") });
  });

  it("of a composite is about the step that made what was laid on", () => {
    const joined =
      '{ id: joined, task: composite, base: "${inputs.image}", over: "${steps.detail.image}", mask: "${steps.faces.maskImage}" }';
    const run = asked(workflow('show: "${steps.joined.image}"', "", `}\n  - ${joined.slice(0, -2)}`));
    run.finish("joined", made({ image: artifact("joined"), width: 100, height: 80 }));
    expect(shownBy(run)).toMatchObject({ show: [artifact("joined")], step: "detail", original: PICTURE });
    run.review("look", { decision: "reroll", seed: 3 });
    expect([run.task("detail").status, run.task("joined").status]).toEqual(["queued", "waiting"]);
  });

  it("of a list has all its elements made again, each with its own seed, and offers no mask for all", () => {
    const run = new PlayedRun(perFace());
    run.finish("faces", foundFaces(2));
    for (const element of [1, 2]) run.finish("detail", painted(`face ${element}`), element);
    run.finish("detail", made({ image: artifact("joined"), width: 100, height: 80 }));
    expect(shownBy(run)).toMatchObject({ show: [artifact("joined")], original: PICTURE, maskImage: null });
    expect(shownBy(run).allow).not.toContain("editMask");
    run.review("look", { decision: "reroll", seed: 40 });
    expect([1, 2].map((element) => run.task("detail", element).input)).toMatchObject([
      { seed: 40 },
      { seed: 41 },
    ]);
    expect(run.task("detail").status).toBe("waiting");
  });

  it("does again whatever stands on what is made again, in other branches as well", () => {
    const more = '  - { id: told, task: webhook, url: "https://example.org", body: "${steps.detail.image}" }';
    const run = asked(workflow(SHOW, more));
    run.finish("told", made({ response: null }));
    run.review("look", { decision: "reroll", seed: 1 });
    expect(run.task("told").status).toBe("waiting");
    run.finish("detail", failed());
    expect(run.end).toMatchObject({ status: "failed" });
  });
});

describe("a review of a run that cannot succeed any more", () => {
  it("is not asked for, and what was asked is taken back", () => {
    const more =
      '  - { id: other, task: imageInference, model: i, seedImage: "${inputs.image}", maskImage: "${steps.faces.maskImage}" }';
    const run = asked(workflow(SHOW, more));
    expect(run.task("look").status).toBe("review");
    run.finish("other", failed());
    expect([run.task("look").status, run.end?.status]).toEqual(["cancelled", "failed"]);
  });
});

function perFace() {
  return prepareExample(`
maskloom: 1
name: reviewed
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, model: d, inputImage: "\${inputs.image}", combine: perDetection }
  - { id: detail, forEach: "\${steps.faces.detections}", as: face, task: imageInference, model: i, seed: 7, seedImage: "\${inputs.image}", maskImage: "\${face.maskImage}" }
  - { id: look, task: review, show: "\${steps.detail.image}" }
output: "\${steps.look.image}"
`);
}

const decisions = fc.array(fc.constantFrom("accept", "keepOriginal", "reroll", "editMask", "timeout"), {
  minLength: 1,
  maxLength: 6,
} as const);

describe("any decisions", () => {
  it("end the run by the first that is not to do it again, with what was shown then", () => {
    fc.assert(
      fc.property(decisions, (made) => {
        const run = asked(workflow(`${TIMED}, otherwise: keepOriginal`));
        let shown = artifact("first");
        for (const [at, decision] of [...made, "accept" as const].entries()) {
          if (decision === "reroll") run.review("look", { decision, seed: at });
          else if (decision === "editMask")
            run.review("look", { decision, maskImage: artifact(`mask ${at}`) });
          else {
            run.review("look", { decision });
            expect(run.end?.output).toBe(decision === "accept" ? shown : PICTURE);
            break;
          }
          shown = artifact(`picture ${at}`);
          run.finish("detail", painted(`picture ${at}`));
          expect(run.decide()).toEqual({ created: [], tasks: [], end: null });
        }
        expect(run.state.tasks.every(({ status }) => DONE_TASK_STATUSES.has(status))).toBe(true);
      }),
    );
  });
});
