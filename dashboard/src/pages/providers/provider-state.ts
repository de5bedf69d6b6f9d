import {
  CircleCheck,
  CircleDashed,
  CircleX,
  HeartPulse,
  KeyRound,
  type LucideIcon,
  Moon,
} from "lucide-react";
import type { ProviderView } from "../../../../src/contracts/provider-list.ts";
import type { Tone } from "../../components/tone.ts";

type StateId = "keyless" | "resting" | "trying" | "silent" | "failing" | "good" | "unknown";

export interface ProviderState {
  readonly id: StateId;
  readonly word: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly meaning: string;
}

const STATES: Readonly<Record<StateId, Omit<ProviderState, "id">>> = {
  keyless: {
    word: "No key",
    tone: "bad",
    icon: KeyRound,
    meaning: "The environment variable that its key comes from is not set",
  },
  resting: {
    word: "Circuit open",
    tone: "bad",
    icon: Moon,
    meaning: "It failed again and again and is given a rest: nothing is sent to it until then",
  },
  trying: {
    word: "Half-open",
    tone: "warn",
    icon: HeartPulse,
    meaning: "Its rest is over: the next call is made as a try, and ends the rest or begins another",
  },
  silent: {
    word: "No answer",
    tone: "bad",
    icon: CircleX,
    meaning: "It did not answer its last test as it should",
  },
  failing: { word: "Failing", tone: "warn", icon: CircleX, meaning: "Its last call failed" },
  good: {
    word: "Good",
    tone: "good",
    icon: CircleCheck,
    meaning: "It answered the last time that it was asked",
  },
  unknown: {
    word: "Not asked yet",
    tone: "neutral",
    icon: CircleDashed,
    meaning: "Nobody has called or tested it: whether it is there is not known",
  },
};

/** How a provider is: what keeps work from it comes first, then what was heard of it last. */
export function providerState(provider: Pick<ProviderView, "key" | "health">, now: number): ProviderState {
  const id = idOf(provider, now);
  return { id, ...STATES[id] };
}

function idOf({ key, health }: Pick<ProviderView, "key" | "health">, now: number): StateId {
  if (key !== null && !key.isSet) return "keyless";
  const { circuits, test, answeredAt, failure } = health;
  const tries = circuits.map(({ nextTryAt }) => Date.parse(nextTryAt));
  if (tries.length > 0) return Math.min(...tries) > now ? "resting" : "trying";
  const heard: readonly (readonly [number, StateId])[] = [
    [test === null ? 0 : Date.parse(test.at), test?.error == null ? "good" : "silent"],
    [answeredAt === null ? 0 : Date.parse(answeredAt), "good"],
    [failure === null ? 0 : Date.parse(failure.at), "failing"],
  ];
  const [at, id] = heard.reduce((last, one) => (one[0] > last[0] ? one : last));
  return at === 0 ? "unknown" : id;
}
