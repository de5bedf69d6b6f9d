import type { ModelView } from "../../../../src/contracts/api.ts";
import { Field } from "../../components/field.tsx";
import { Panel } from "../../components/panel.tsx";
import { Select } from "../../components/select.tsx";
import styles from "./playground-controls.module.css";
import { DEFAULTS, type PlaygroundSearch, RANGES, type RangeName, SHAPES } from "./playground-search.ts";
import { Slider } from "./slider.tsx";

interface PlaygroundControlsProps {
  readonly search: PlaygroundSearch;
  readonly onChange: (search: PlaygroundSearch) => void;
  /** Those that are looked with. */
  readonly models: readonly ModelView[];
}

const SLIDERS: readonly { name: RangeName; label: string; unit?: string }[] = [
  { name: "confidence", label: "Confidence" },
  { name: "padding", label: "Padding", unit: "px" },
  { name: "blur", label: "Blur", unit: "px" },
  { name: "margin", label: "Margin", unit: "px around the crop" },
];

const OWN = "";

export function PlaygroundControls({ search, onChange, models }: PlaygroundControlsProps) {
  const { shape, tiling, ...rest } = search;
  const offered = SHAPES.filter((name) => models.some(({ shapes = [] }) => shapes.includes(name)));
  const lacking = models.filter(({ shapes = [] }) => shape !== undefined && !shapes.includes(shape));
  const keepTiling = tiling === undefined ? {} : { tiling };
  const keepShape = shape === undefined ? {} : { shape };
  return (
    <Panel title="Settings">
      <div className={styles["controls"]}>
        {SLIDERS.map(({ name, ...slider }) => (
          <Slider
            key={name}
            {...slider}
            range={RANGES[name]}
            value={search[name] ?? DEFAULTS[name]}
            onChange={(value) => onChange({ ...search, [name]: value })}
          />
        ))}
        <Field
          label="Shape"
          {...(lacking.length === 0
            ? {}
            : { hint: `${lacking.map(({ id }) => id).join(", ")}: has no ${shape}, drawn in its own` })}
        >
          {(attributes) => (
            <Select
              {...attributes}
              value={shape ?? OWN}
              options={[
                { value: OWN, label: "The model's own" },
                ...offered.map((name) => ({ value: name, label: name })),
              ]}
              onChoose={(value) => {
                const chosen = SHAPES.find((name) => name === value);
                onChange({ ...rest, ...keepTiling, ...(chosen === undefined ? {} : { shape: chosen }) });
              }}
            />
          )}
        </Field>
        <label className={styles["check"]}>
          <input
            type="checkbox"
            checked={tiling !== "off"}
            onChange={({ target }) =>
              onChange({ ...rest, ...keepShape, ...(target.checked ? {} : { tiling: "off" }) })
            }
          />
          Look into tiles of large pictures
        </label>
      </div>
    </Panel>
  );
}
