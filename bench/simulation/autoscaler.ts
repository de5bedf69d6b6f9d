import { readFileSync } from "node:fs";
import path from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { PACKAGE_ROOT } from "../../src/package-root.ts";

export interface ScalingRule {
  readonly fewest: number;
  readonly most: number;
  /** Tasks that wait, for each worker. */
  readonly waitingEach: number;
  /** Seconds over which the lowest and the highest wish count. */
  readonly upAfter: number;
  readonly downAfter: number;
  /** Of the workers there were `seconds` before, so many percent may be added, and so many workers taken away. */
  readonly up: { readonly percent: number; readonly seconds: number };
  readonly down: { readonly workers: number; readonly seconds: number };
}

/** The controller's own, as Kubernetes has them unless told otherwise. */
export const SYNC_SECONDS = 15;
const TOLERANCE = 0.1;

const Manifest = z.object({
  spec: z.object({
    minReplicas: z.number(),
    maxReplicas: z.number(),
    metrics: z.tuple([
      z.object({
        external: z.object({
          metric: z.object({ selector: z.object({ matchLabels: z.object({ queue: z.string() }) }) }),
          target: z.object({ averageValue: z.coerce.number() }),
        }),
      }),
    ]),
    behavior: z.object({
      scaleUp: z.object({
        stabilizationWindowSeconds: z.number(),
        policies: z.tuple([
          z.object({ type: z.literal("Percent"), value: z.number(), periodSeconds: z.number() }),
        ]),
      }),
      scaleDown: z.object({
        stabilizationWindowSeconds: z.number(),
        policies: z.tuple([
          z.object({ type: z.literal("Pods"), value: z.number(), periodSeconds: z.number() }),
        ]),
      }),
    }),
  }),
});

/** The rules that are shipped, by queue. */
export function readScalingRules(): ReadonlyMap<string, ScalingRule> {
  const file = path.join(PACKAGE_ROOT, "deploy/kubernetes/autoscaling.yml");
  const documents = parseAllDocuments(readFileSync(file, "utf8"));
  return new Map(
    documents.map((document) => {
      const { minReplicas, maxReplicas, metrics, behavior } = Manifest.parse(document.toJS()).spec;
      const { metric, target } = metrics[0].external;
      const { scaleUp, scaleDown } = behavior;
      const [[up], [down]] = [scaleUp.policies, scaleDown.policies];
      const rule = {
        fewest: minReplicas,
        most: maxReplicas,
        waitingEach: target.averageValue,
        upAfter: scaleUp.stabilizationWindowSeconds,
        downAfter: scaleDown.stabilizationWindowSeconds,
        up: { percent: up.value, seconds: up.periodSeconds },
        down: { workers: down.value, seconds: down.periodSeconds },
      };
      return [metric.selector.matchLabels.queue, rule] as const;
    }),
  );
}

interface Moment {
  readonly time: number;
  readonly wished: number;
  /** After the decision. */
  readonly workers: number;
}

/** Kubernetes' HorizontalPodAutoscaler for one external metric with an average value: how many workers there are to be. */
export class Autoscaler {
  readonly #rule: ScalingRule;
  #history: readonly Moment[] = [];
  workers: number;

  constructor(rule: ScalingRule, workers: number) {
    this.#rule = rule;
    this.workers = workers;
  }

  /** @param waiting as the metric says it at this time @returns how many workers there are to be from now on */
  decide(time: number, waiting: number): number {
    const { fewest, most, waitingEach, upAfter, downAfter, up, down } = this.#rule;
    const isNear = Math.abs(waiting / (waitingEach * this.workers) - 1) <= TOLERANCE;
    const wished = isNear ? this.workers : Math.ceil(waiting / waitingEach);
    const since = (seconds: number) => this.#history.filter((moment) => moment.time > time - seconds);
    const wishes = (seconds: number) => [wished, ...since(seconds).map((moment) => moment.wished)];
    /* Up to the lowest wish of a while, down to the highest one: between them nothing changes. */
    const lowest = Math.min(...wishes(upAfter));
    const highest = Math.max(...wishes(downAfter));
    const before = (seconds: number) => this.#workersAt(time - seconds);
    const ceiling = Math.max(1, Math.floor(before(up.seconds) * (1 + up.percent / 100)));
    const floor = before(down.seconds) - down.workers;
    const stable = Math.min(Math.max(this.workers, lowest), highest);
    const next =
      stable > this.workers
        ? Math.min(stable, Math.max(ceiling, this.workers))
        : Math.max(stable, Math.min(floor, this.workers));
    this.workers = Math.min(most, Math.max(fewest, next));
    const kept = Math.max(upAfter, downAfter, up.seconds, down.seconds) + SYNC_SECONDS;
    this.#history = [...since(kept), { time, wished, workers: this.workers }];
    return this.workers;
  }

  #workersAt(time: number): number {
    const earlier = this.#history.findLast((moment) => moment.time <= time);
    return earlier?.workers ?? this.#history[0]?.workers ?? this.workers;
  }
}
