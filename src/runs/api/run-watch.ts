import type { RunUUID } from "../../contracts/ids.ts";
import { type ApiProgress, readApiProgress } from "../../store/api-progress.ts";
import type { Store } from "../../store/store.ts";

/** How far one run has come, as often as it has come further. */
export interface Following {
  /** The next state that is not the one returned before, the first as soon as there is one. Null once stopped. */
  next(): Promise<ApiProgress | null>;
  stop(): void;
}

export interface RunWatch {
  /**
   * Follows a run, which need not exist yet.
   * @param bySteps whether steps that end before the run does matter
   */
  follow(runUUID: RunUUID, bySteps: boolean): Following;
  /** Somebody knows that something has changed. */
  look(): void;
  /** Stops everybody. */
  close(): void;
}

/** A wake-up may be lost; then runs are looked at after this time. */
const POLL_MS = 500;
/** Looking takes a quarter of the time at most, however many runs are followed and however often they end. */
const REST = 3;

interface Follower {
  readonly bySteps: boolean;
  tell(progress: ApiProgress): void;
}

/**
 * The one place of a process that waits for results: whatever the number of runs that are followed, one question about all
 * of them is under way at a time. It is asked when the engine says that a run has ended.
 */
export function createRunWatch(store: Store, onError: (error: unknown) => void): RunWatch {
  const followers = new Map<RunUUID, Set<Follower>>();
  const stops = new Set<() => void>();
  let isLooking = false;
  let isWanted = false;
  let isClosed = false;
  let poll: NodeJS.Timeout | undefined;

  const lookOnce = async () => {
    const runs = [...followers.keys()];
    const bySteps = runs.filter((run) =>
      [...(followers.get(run) ?? [])].some((follower) => follower.bySteps),
    );
    for (const progress of (await readApiProgress(store.db, runs, bySteps)).values()) {
      for (const follower of followers.get(progress.runUUID) ?? []) follower.tell(progress);
    }
  };
  const look = () => {
    isWanted = true;
    if (isLooking || followers.size === 0) return;
    isLooking = true;
    void lookWhileWanted();
  };
  const lookWhileWanted = async () => {
    while (isWanted && followers.size > 0) {
      isWanted = false;
      const begun = performance.now();
      await lookOnce().catch(onError);
      const took = performance.now() - begun;
      if (isWanted) await new Promise((resolve) => setTimeout(resolve, took * REST));
    }
    isLooking = false;
    clearTimeout(poll);
    if (followers.size > 0) poll = setTimeout(look, POLL_MS);
  };
  const stopListening = [
    store.wakeUps.on("ended", look),
    store.wakeUps.on("cancelled", look),
    store.wakeUps.on("events", () => {
      for (const each of followers.values()) for (const follower of each) if (follower.bySteps) return look();
    }),
  ];

  return {
    look,
    follow(runUUID, bySteps) {
      const following = createFollowing(bySteps);
      if (isClosed) {
        following.end();
        return { next: following.next, stop: () => undefined };
      }
      const together = followers.get(runUUID) ?? new Set();
      followers.set(runUUID, together.add(following.follower));
      const stop = () => {
        stops.delete(stop);
        together.delete(following.follower);
        if (together.size === 0 && followers.get(runUUID) === together) followers.delete(runUUID);
        following.end();
      };
      stops.add(stop);
      clearTimeout(poll);
      if (!isLooking) poll = setTimeout(look, POLL_MS);
      return { next: following.next, stop };
    },
    close() {
      isClosed = true;
      clearTimeout(poll);
      for (const stop of stopListening) stop();
      for (const stop of [...stops]) stop();
    },
  };
}

function createFollowing(bySteps: boolean) {
  let latest: ApiProgress | null = null;
  let returned = "";
  let ended = false;
  let wake: (() => void) | undefined;
  const isNew = () => latest !== null && markOf(latest) !== returned;
  const follower: Follower = {
    bySteps,
    tell(progress) {
      latest = progress;
      if (isNew()) wake?.();
    },
  };
  return {
    follower,
    end() {
      ended = true;
      wake?.();
    },
    async next(): Promise<ApiProgress | null> {
      while (!ended && !isNew()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (ended || latest === null) return null;
      returned = markOf(latest);
      return latest;
    },
  };
}

/** What tells two states of a run apart, as far as its results go. */
function markOf({ endedAt, steps }: ApiProgress): string {
  const done = steps.map(({ step, upload }) => `${step}${upload === null ? "" : "+"}`).sort();
  return `${endedAt === null ? "" : "ended"} ${done.join(" ")}`;
}
