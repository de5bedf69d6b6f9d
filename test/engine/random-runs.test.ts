import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArtifactUUID, type TaskUUID } from "../../src/contracts/ids.ts";
import { DONE_TASK_STATUSES } from "../../src/contracts/run.ts";
import type { Outcome, TaskState } from "../../src/engine/run-state.ts";
import { artifact, failed, foundFaces, made, PICTURE, PlayedRun, painted } from "./played-run.ts";
import { randomSteps, workflowOf } from "./random-workflow.ts";
import { type PreparedExample, prepareExample } from "./two-steps.ts";

/* Workers that fail, vanish and repeat themselves, in any order, over workflows of any shape. */

/** Two bytes of chance that are the same for the same task and attempt, whenever it is executed. */
type Fate = (key: string) => number;

const fates: fc.Arbitrary<Fate> = fc.func(fc.nat(99));

/** What the worker of this attempt says. */
function outcomeOf({ step, element, taskType }: TaskState, attempt: number, fate: Fate): Outcome {
  const key = `${step} ${element}`;
  const luck = fate(`${key} ${attempt}`);
  if (luck < 15) return failed("PROVIDER_FAILED", luck < 10);
  if (luck < 20) return { kind: "lost" };
  if (luck < 22 && attempt % 3 === 1) return { kind: "released" }; // a worker that shuts down, but not every one there is
  if (taskType === "imageMasking") return foundFaces(fate(`faces of ${key}`) % 4, key);
  return taskType === "imageInference"
    ? painted(key)
    : made({ image: artifact(key), width: 100, height: 80 });
}

interface Held {
  readonly taskUUID: TaskUUID;
  readonly attempt: number;
}

class Play {
  readonly run: PlayedRun;
  readonly #fate: Fate;
  readonly #held: Held[] = [];
  /** Commits of attempts that are over, to be delivered once more. */
  readonly #past: Held[] = [];

  constructor(example: PreparedExample, fate: Fate) {
    this.run = new PlayedRun(example);
    this.#fate = fate;
  }

  /** One thing that may happen, chosen by chance; false where nothing can happen any more. */
  step(chance: number): boolean {
    const queued = this.run.withStatus("queued");
    const asked = this.run.withStatus("review");
    const choices = queued.length + this.#held.length + asked.length;
    if (choices === 0) return false;
    if (chance % 7 === 0) this.#repeat(chance);
    const choice = chance % choices;
    const task = queued[choice];
    const review = asked[choice - queued.length - this.#held.length];
    if (review !== undefined) this.run.review(review.step, { decision: this.#decisionFor(review) });
    else if (task === undefined) this.#finish(this.#held.splice(choice - queued.length, 1)[0]);
    else this.#begin(task);
    expect(this.run.decide()).toEqual({ created: [], tasks: [], end: this.run.end }); // deciding twice is harmless
    return true;
  }

  #decisionFor({ step }: TaskState) {
    const luck = this.#fate(`person ${step}`);
    return luck < 50 ? "accept" : luck < 75 ? "keepOriginal" : "timeout";
  }

  #begin(task: TaskState): void {
    for (const uuid of artifactsIn(task.input)) expect(this.#existing()).toContain(uuid);
    const attempt = this.run.lease(task.taskUUID);
    if (attempt !== null) this.#held.push({ taskUUID: task.taskUUID, attempt });
    expect(this.run.lease(task.taskUUID)).toBeNull(); // the same delivery once more
  }

  #finish(held: Held | undefined): void {
    if (held === undefined) return;
    this.#settle(held);
    this.#past.push(held);
  }

  #repeat(chance: number): void {
    const past = this.#past[chance % Math.max(1, this.#past.length)];
    if (past === undefined) return;
    expect(this.#settle(past)).toBe(false);
  }

  #settle({ taskUUID, attempt }: Held): boolean {
    const task = this.run.state.tasks.find((candidate) => candidate.taskUUID === taskUUID);
    return task !== undefined && this.run.settle(taskUUID, attempt, outcomeOf(task, attempt, this.#fate));
  }

  #existing(): ReadonlySet<string> {
    const done = this.run.state.tasks.filter((task) => DONE_TASK_STATUSES.has(task.status));
    return new Set([PICTURE, ...done.flatMap((task) => artifactsIn(task.output))]);
  }
}

function artifactsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return ArtifactUUID.safeParse(value).success ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(artifactsIn) : [];
}

/** Plays to the end; `chance` decides the order of what happens. */
function playOut(play: Play, chances: Iterator<number>): PlayedRun {
  for (let turn = 0; turn < 2_000 && play.step(chances.next().value); turn += 1);
  return play.run;
}

function* counting(seed: number): Generator<number, number> {
  for (let at = seed; ; at = (at * 48_271 + 11) % 2_147_483_647) yield at;
}

/** The run without the names that are new in every play. */
const outlineOf = (run: PlayedRun) => ({
  end: run.end,
  tasks: run.state.tasks
    .map(({ step, element, status, model, seed, input, output }) => ({
      step,
      element,
      status,
      model,
      seed,
      input,
      output,
    }))
    .sort((a, b) => (`${a.step} ${a.element}` < `${b.step} ${b.element}` ? -1 : 1)),
});

const worlds = fc.record({ steps: randomSteps, fate: fates, order: fc.integer({ min: 1, max: 1e9 }) });
const example = (steps: Parameters<typeof workflowOf>[0]) => prepareExample(workflowOf(steps));

describe("any run", () => {
  it("ends, with every task committed exactly once, and begins nothing before its inputs exist", () => {
    fc.assert(
      fc.property(worlds, ({ steps, fate, order }) => {
        const run = playOut(new Play(example(steps), fate), counting(order));
        expect(run.end).not.toBeNull();
        for (const { taskUUID, status, step, taskType } of run.state.tasks) {
          expect(DONE_TASK_STATUSES, step).toContain(status);
          expect(run.commits.get(taskUUID), step).toBe(1);
          if (status === "succeeded" && taskType !== "review")
            expect(run.attempts.get(taskUUID)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("has each element of a list once, numbered from 1 without a gap", () => {
    fc.assert(
      fc.property(worlds, ({ steps, fate, order }) => {
        const { state } = playOut(new Play(example(steps), fate), counting(order));
        const gathers = state.tasks.filter((task) => task.taskType === "gather");
        for (const { step } of gathers) {
          const places = state.tasks.flatMap((task) => (task.step === step ? (task.element ?? []) : []));
          expect(places.sort((a, b) => a - b)).toEqual(places.map((_, at) => at + 1));
        }
        const others = state.tasks.filter((task) => !gathers.some(({ step }) => step === task.step));
        expect(others.every((task) => task.element === null)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("comes to the same whatever is finished first: what is gathered, and all that follows", () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 1, max: 1e9 }), ({ steps, fate, order }, other) => {
        const prepared = example(steps);
        const one = playOut(new Play(prepared, fate), counting(order));
        const two = playOut(new Play(prepared, fate), counting(other));
        expect(two.end?.status).toBe(one.end?.status);
        /* A run that fails may have begun more or fewer of its elements by then. */
        if (one.end?.status !== "failed") expect(outlineOf(two)).toEqual(outlineOf(one));
      }),
      { numRuns: 200 },
    );
  });

  it("is over where it is cancelled: nothing begins any more, and nothing late is taken", () => {
    fc.assert(
      fc.property(worlds, fc.nat(12), ({ steps, fate, order }, turns) => {
        const play = new Play(example(steps), fate);
        const chances = counting(order);
        for (let turn = 0; turn < turns; turn += 1) play.step(chances.next().value);
        if (play.run.withStatus("queued").length + play.run.withStatus("running").length === 0) return;
        const attempts = new Map(play.run.attempts);
        play.run.cancel();
        const cancelled = play.run.state;
        playOut(play, chances);
        expect(play.run.state).toEqual(cancelled);
        expect(play.run.attempts).toEqual(attempts);
        expect(play.run.withStatus("cancelled").length).toBeGreaterThan(0);
        expect(["cancelled", "failed"]).toContain(play.run.end?.status);
      }),
      { numRuns: 200 },
    );
  });
});
