import { ImageOff } from "lucide-react";
import { useEffect, useState } from "react";
import { EmptyState } from "../../../components/empty-state.tsx";
import { MissingLine, MissingStage } from "../../../components/picture/picture-missing.tsx";
import { isMissing, placeOf, sizeOf } from "../../../components/picture/picture-state.ts";
import { type PictureSizes, usePictures } from "../../../components/picture/use-picture.ts";
import { viewWithin } from "../../../components/viewer/stage-look.ts";
import { useSettled } from "../../../components/viewer/use-settled.ts";
import { useZoom } from "../../../components/viewer/use-zoom.ts";
import { type Size, showBox } from "../../../components/viewer/zoom.ts";
import { ZoomControls } from "../../../components/viewer/zoom-controls.tsx";
import type { Pictures } from "./pictures.ts";
import { type SeenPictures, STAGE_HEIGHT, Stage } from "./stage.tsx";
import {
  FIRST_WAY,
  modesOf,
  type Shown,
  type ViewerWay,
  type ViewMode,
  whyNotModes,
  whyNotOver,
} from "./view-mode.ts";
import styles from "./viewer.module.css";
import { ViewerControls } from "./viewer-controls.tsx";

/** A part that somebody wants to see closely. */
export interface Wish {
  /** Pixels of what was before. */
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number];
  /** Tells one wish from the same wish again. */
  readonly at: number;
}

interface ViewerProps {
  readonly pictures: Pictures;
  /** What is shown, for whoever hears the page. */
  readonly label: string;
  /** Why there is no picture where there is none. */
  readonly emptyText: string;
  /** Of the pictures, as far as they are known: their place is as large as they will be. */
  readonly sizes?: PictureSizes | undefined;
  readonly wish?: Wish | null;
  /** What before and after are called here. */
  readonly titles?: Partial<Readonly<Record<ViewMode, string>>>;
  /** How it is looked at to begin with, as the page's address says. */
  readonly way?: ViewerWay | undefined;
  /** Told of each other way that somebody has come to. */
  readonly onWay?: ((way: ViewerWay) => void) | undefined;
}

/** One picture before and after, to be looked at closely: wheel, fingers, keys and buttons zoom and move it. */
export function Viewer(props: ViewerProps) {
  const { pictures, label, emptyText, sizes, wish = null, titles = {} } = props;
  const { before, after } = pictures;
  const [way, setWay] = useState(props.way ?? FIRST_WAY);
  useSettled(way, (settled) => props.onWay?.(settled));
  const choose = (part: Partial<ViewerWay>) => setWay((now) => ({ ...now, ...part }));
  const setDivider = (next: number) => choose({ divider: next });
  const { divider } = way;
  const shown = shownOf(way);
  const modes = modesOf(pictures);
  const seen = useSeen(pictures, sizes);
  const whyNot = { ...whyNotModes({ ...seen, titles }), ...whyNotOver(seen.before, seen.mask) };
  const possible = modes.filter((one) => whyNot[one] === undefined);
  const mode = possible.includes(way.mode) ? way.mode : (possible[0] ?? "before");
  const size = sizeOf(seen.before);
  const zoom = useZoom(viewWithin(way, setWay));
  const { setView } = zoom;
  const [x0, y0, x1, y1] = wish?.box ?? [0, 0, 0, 0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new wish moves the picture
  useEffect(() => {
    if (wish === null || size === null) return;
    const { width, height } = size;
    setView(showBox([x0 / width, y0 / height, x1 / width, y1 / height]));
  }, [wish?.at, size]);
  if (before === null) {
    return (
      <EmptyState icon={ImageOff} title="There is no picture">
        <p>{emptyText}</p>
      </EmptyState>
    );
  }
  if (possible.length === 0 || (isMissing(seen.before) && after === null)) {
    return <NoneLeft seen={seen} titles={titles} />;
  }
  return (
    <div className={styles["viewer"]}>
      <ViewerControls
        {...{ modes, mode, titles, shown, divider, whyNot }}
        has={{
          mask: pictures.mask !== null,
          boxes: pictures.detections.length > 0,
          regions: pictures.regions.length > 0,
        }}
        onMode={(next) => choose({ mode: next })}
        onOverlay={(overlay, isShown) =>
          choose({ over: [...way.over.filter((one) => one !== overlay), ...(isShown ? [overlay] : [])] })
        }
        onOpacity={(opacity) => choose({ opacity })}
        onDivider={setDivider}
      />
      {isMissing(seen.before) && <MissingLine state={seen.before} name={titles.before ?? "Before"} />}
      {isMissing(seen.after) && <MissingLine state={seen.after} name={titles.after ?? "After"} />}
      <div className={styles["room"]}>
        <Stage
          pictures={whyNot.mask === undefined ? pictures : { ...pictures, mask: null }}
          {...{ seen, label, mode, titles, shown, divider, zoom }}
          onDivider={setDivider}
        />
        {mode === "difference" && <DifferenceNote before={size} after={sizeOf(seen.after)} />}
        <ZoomControls view={zoom.view} zoomBy={zoom.zoomBy} reset={zoom.reset} />
      </div>
    </div>
  );
}

function useSeen({ before, after, mask }: Pictures, sizes: PictureSizes | undefined): SeenPictures {
  const [one = NONE, other = NONE, third = NONE] = usePictures([before, after, mask], sizes);
  return { before: one, after: other, mask: third };
}

const NONE = { kind: "none" } as const;

interface NoneLeftProps {
  readonly seen: SeenPictures;
  readonly titles: Partial<Readonly<Record<ViewMode, string>>>;
}

/** Nothing can be looked at: why, once where it is the same of both. */
function NoneLeft({ seen: { before, after }, titles }: NoneLeftProps) {
  const both = [
    [titles.before ?? "Before", before],
    [titles.after ?? "After", after],
  ] as const;
  const isOne = !isMissing(after) || before.kind === after.kind;
  return (
    <div className={styles["room"]}>
      {both.map(([name, state]) =>
        !isMissing(state) || (isOne && state !== before) ? null : (
          <MissingStage
            key={name}
            state={state}
            size={placeOf(before) ?? placeOf(after)}
            maxHeight={STAGE_HEIGHT}
            {...(isOne ? {} : { name })}
          />
        ),
      )}
    </div>
  );
}

function shownOf({ over, opacity }: ViewerWay): Shown {
  const [mask, boxes, regions] = [over.includes("mask"), over.includes("boxes"), over.includes("regions")];
  return { mask, boxes, regions, opacity };
}

interface DifferenceNoteProps {
  readonly before: Size | null;
  readonly after: Size | null;
}

/** Bringing a picture to another size changes each of its pixels a little, which is not what anybody painted. */
function DifferenceNote({ before, after }: DifferenceNoteProps) {
  if (before === null || after === null || before.width === after.width) return null;
  return (
    <p className={styles["note"]}>
      The result is {after.width} × {after.height}, the picture was {before.width} × {before.height}: fine
      lines differ everywhere, because the result is shrunk to be compared.
    </p>
  );
}
