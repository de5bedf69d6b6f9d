import { classNames } from "../../../components/class-names.ts";
import { StatusBadge } from "../../../components/status-badge.tsx";
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
    <ol className={styles["strip"]} aria-label="The picture after each step">
      <li>
        <Frame title="Whole run" isChosen={chosen === null} onClick={() => onChoose(null)}>
          <StepThumbnail face={whole === null ? null : { artifact: whole, mask: null }} isLarge />
        </Frame>
      </li>
      {steps.map((step) => (
        <li key={step.id}>
          <Frame title={step.id} isChosen={chosen === step.id} onClick={() => onChoose(step)}>
            <StepThumbnail face={faceOf(step.task)} isLarge />
            <span className={styles["status"]}>
              <StatusBadge status={step.status} isCompact />
            </span>
          </Frame>
        </li>
      ))}
    </ol>
  );
}

interface FrameProps {
  readonly title: string;
  readonly isChosen: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}

function Frame({ title, isChosen, onClick, children }: FrameProps) {
  return (
    <button
      type="button"
      className={classNames(styles["frame"], isChosen && styles["chosen"])}
      aria-pressed={isChosen}
      onClick={onClick}
    >
      {children}
      <span className={styles["title"]}>{title}</span>
    </button>
  );
}
