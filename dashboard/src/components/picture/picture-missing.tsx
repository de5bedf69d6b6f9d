import { Link } from "@tanstack/react-router";
import { CloudOff, ImageMinus, ImageOff, type LucideIcon, RotateCw } from "lucide-react";
import type { CSSProperties, ReactNode } from "react";
import { Button } from "../button.tsx";
import { RelativeTime } from "../relative-time.tsx";
import { type Size, shapeOf } from "../viewer/zoom.ts";
import styles from "./picture-missing.module.css";
import { MISSING_TITLES, type Missing, sayMissing } from "./picture-state.ts";

const ICONS: Readonly<Record<Missing["kind"], LucideIcon>> = {
  gone: ImageMinus,
  damaged: ImageOff,
  unreachable: CloudOff,
};

/** In the place of a small picture: the sign alone, or with its words where there is room. */
export function MissingMark({
  state,
  hasWords = false,
}: {
  readonly state: Missing;
  readonly hasWords?: boolean;
}) {
  const Icon = ICONS[state.kind];
  const says = sayMissing(state);
  if (!hasWords) {
    return (
      <span className={styles["mark"]} role="img" aria-label={says} title={says} data-missing={state.kind}>
        <Icon size={18} strokeWidth={1.75} aria-hidden />
      </span>
    );
  }
  return (
    <span className={styles["words"]} title={says} data-missing={state.kind}>
      <Icon size={20} strokeWidth={1.5} aria-hidden />
      <span>
        <span className={styles["text"]}>{MISSING_TITLES[state.kind]}</span>
      </span>
    </span>
  );
}

interface PictureMissingProps {
  readonly state: Missing;
  /** Which of several it is: "Before". */
  readonly name?: string;
}

/** In the place of a large picture: what became of it, and what can be done. */
export function PictureMissing({ state, name }: PictureMissingProps) {
  const Icon = ICONS[state.kind];
  return (
    <div className={styles["panel"]} data-missing={state.kind}>
      <Icon size={32} strokeWidth={1.25} aria-hidden />
      <p className={styles["title"]}>
        {name !== undefined && <span className={styles["name"]}>{name}</span>}
        {MISSING_TITLES[state.kind]}
      </p>
      <p className={styles["why"]}>
        <MissingText state={state} />
      </p>
      {state.kind === "unreachable" && (
        <Button icon={RotateCw} onClick={state.retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

interface MissingStageProps extends PictureMissingProps {
  /** Of what would be there, or of what is beside it. */
  readonly size: Size | null;
  /** CSS length: how high it is at most, as a stage is. */
  readonly maxHeight: string;
  /** Lies over it. */
  readonly over?: ReactNode;
}

/** The same in the place of a stage, as large as the stage would be. */
export function MissingStage({ state, name, size, maxHeight, over }: MissingStageProps) {
  const { width, height } = size ?? LANDSCAPE;
  const shape: CSSProperties = shapeOf({ width: Math.max(width, height * NARROWEST), height }, maxHeight);
  return (
    <div className={styles["stage"]} style={shape}>
      <PictureMissing state={state} {...(name === undefined ? {} : { name })} />
      {over}
    </div>
  );
}

const LANDSCAPE: Size = { width: 3, height: 2 };
/** Of the height: words need some room beside each other. */
const NARROWEST = 0.6;

/** One line above what can still be seen. */
export function MissingLine({ state, name }: Required<PictureMissingProps>) {
  const Icon = ICONS[state.kind];
  return (
    <p className={styles["line"]} data-missing={state.kind}>
      <Icon size={16} aria-hidden />
      <span>
        <strong>
          {name}: {MISSING_TITLES[state.kind].toLowerCase()}.
        </strong>{" "}
        <MissingText state={state} />
      </span>
    </p>
  );
}

function MissingText({ state }: { readonly state: Missing }) {
  if (state.kind === "unreachable") return <>The server does not answer. The picture is not lost by that.</>;
  if (state.kind === "damaged") {
    return (
      <>
        Its file is cut off, changed or missing on the disk. See to the disk or to the file that was sent,
        then run it again.
      </>
    );
  }
  return (
    <>
      {state.since === null ? (
        "It was deleted, or removed since nobody had used it for as long as pictures are kept."
      ) : (
        <>
          Removed <RelativeTime at={state.since} />, since nobody had used it for as long as pictures are
          kept.
        </>
      )}{" "}
      Run its file again to have it anew; <Link to="/settings">MASKLOOM_KEEP_DAYS</Link> keeps pictures
      longer.
    </>
  );
}
