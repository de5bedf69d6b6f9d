import { Check, CircleAlert, LoaderCircle, TriangleAlert, WifiOff } from "lucide-react";
import { classNames } from "../../../components/class-names.ts";
import tones from "../../../components/tone.module.css";
import type { Mark } from "../../../components/workflow-editor/diagnostics.ts";
import type { TextCheck } from "../use-workflow-check.ts";
import styles from "./definition.module.css";

interface CheckLineProps {
  readonly check: TextCheck;
  readonly marks: readonly Mark[];
  readonly onGo: (mark: Mark) => void;
}

/** Whether the text is good, in a line. */
export function CheckLine({ check: { answer, isBehind, error }, marks, onGo }: CheckLineProps) {
  const [first] = marks;
  const say = sayOf(marks, answer === null && error !== null, answer === null || isBehind);
  const { icon: Icon, tone, text } = say;
  const content = (
    <>
      <Icon size={14} aria-hidden />
      {text}
    </>
  );
  const look = classNames(styles["check"], tones[tone]);
  return (
    <span role="status" data-check={say.is}>
      {first === undefined ? (
        <span className={look}>{content}</span>
      ) : (
        <button type="button" className={look} onClick={() => onGo(first)}>
          {content}
        </button>
      )}
    </span>
  );
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;

function sayOf(marks: readonly Mark[], isFailed: boolean, isBehind: boolean) {
  const faults = marks.filter(({ severity }) => severity === "error").length;
  if (isFailed) return { is: "failed", icon: WifiOff, tone: "warn", text: "cannot be checked now" } as const;
  if (isBehind) return { is: "checking", icon: LoaderCircle, tone: "neutral", text: "checking" } as const;
  if (faults > 0)
    return { is: "faulty", icon: CircleAlert, tone: "bad", text: count(faults, "fault") } as const;
  if (marks.length > 0)
    return { is: "lacking", icon: TriangleAlert, tone: "warn", text: "cannot run here yet" } as const;
  return { is: "good", icon: Check, tone: "good", text: "no faults" } as const;
}
