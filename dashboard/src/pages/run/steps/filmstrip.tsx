import { StatusBadge } from "../../../components/status-badge.tsx";
import { Strip, StripFrame } from "../strip/strip.tsx";
import { faceOf } from "../viewer/pictures.ts";
import styles from "./filmstrip.module.css";
import type { RunStep } from "./run-steps.ts";
import { StepThumbnail } from "./step-thumbnail.tsx";

interface FilmstripProps {
  readonly steps: readonly RunStep[];
  readonly input: string | null;
  readonly output: string | null;
  readonly chosen: string | null;
  /** Null = the whole run, from what went in to what came out. */
  readonly onChoose: (step: RunStep | null) => void;
}

/** The picture after each step, in the order of the work. */
export function Filmstrip({ steps, input, output, chosen, onChoose }: FilmstripProps) {
  const whole = output ?? input;
  return (
    <Strip label="The picture after each step">
      <StripFrame title="Whole run" isChosen={chosen === null} onChoose={() => onChoose(null)}>
        <StepThumbnail face={whole === null ? null : { artifact: whole, mask: null }} isLarge />
      </StripFrame>
      {steps.map((step) => (
        <StripFrame
          key={step.id}
          title={step.id}
          isChosen={chosen === step.id}
          onChoose={() => onChoose(step)}
        >
          <StepThumbnail face={faceOf(step.task)} isLarge />
          <span className={styles["status"]}>
            <StatusBadge status={step.status} isCompact />
          </span>
        </StripFrame>
      ))}
    </Strip>
  );
}
