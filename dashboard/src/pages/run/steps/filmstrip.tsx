import { StatusBadge } from "../../../components/status-badge.tsx";
import { Thumbnail } from "../../../components/thumbnail.tsx";
import { Strip, StripFrame } from "../strip/strip.tsx";
import { faceOf } from "../viewer/pictures.ts";
import styles from "./filmstrip.module.css";
import type { RunStep } from "./run-steps.ts";

interface FilmstripProps {
  readonly steps: readonly RunStep[];
  readonly input: string | null;
  readonly output: string | null;
  readonly chosen: string | null;
  /** Null = the whole run, from what went in to what came out. */
  readonly onChoose: (step: RunStep | null) => void;
}

/** CSS pixels of a frame. */
const FRAME = 96;
const NOTHING = { artifact: null };

/** The picture after each step, in the order of the work. */
export function Filmstrip({ steps, input, output, chosen, onChoose }: FilmstripProps) {
  const whole = output ?? input;
  return (
    <Strip label="The picture after each step">
      <StripFrame title="Whole run" isChosen={chosen === null} onChoose={() => onChoose(null)}>
        <Thumbnail artifact={whole} alt="" size={FRAME} />
      </StripFrame>
      {steps.map((step) => (
        <StripFrame
          key={step.id}
          title={step.id}
          isChosen={chosen === step.id}
          onChoose={() => onChoose(step)}
        >
          <Thumbnail {...(faceOf(step.task) ?? NOTHING)} alt="" size={FRAME} />
          <span className={styles["status"]}>
            <StatusBadge status={step.status} isCompact />
          </span>
        </StripFrame>
      ))}
    </Strip>
  );
}
