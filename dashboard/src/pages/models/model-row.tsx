import type { ModelView } from "../../../../src/contracts/api.ts";
import { Command } from "./command.tsx";
import { formatBytes } from "./format-bytes.ts";
import { ModelActions } from "./model-actions.tsx";
import { ModelDetails } from "./model-details.tsx";
import { ModelState } from "./model-state.tsx";
import styles from "./models.module.css";
import { PullProgress } from "./pull-progress.tsx";
import { Speed } from "./speed.tsx";

/** A model: what it finds or does, whether it can be used, and if not, why and what mends it. */
export function ModelRow({ model }: { readonly model: ModelView }) {
  const { id, state, description, problem, mend } = model;
  return (
    <li className={styles["row"]} data-row data-model={id}>
      <div className={styles["text"]}>
        <h3>
          <span className={styles["id"]}>{id}</span> <ModelState state={state} />
        </h3>
        <p className={styles["description"]}>{description}</p>
        <p className={styles["facts"]}>
          {factsOf(model).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
        {problem !== undefined && (
          <p className={styles["problem"]}>
            Cannot be used: {problem}. {mend !== undefined && <Command text={mend} />}
          </p>
        )}
        <PullProgress id={id} />
        <Speed id={id} />
        <ModelDetails model={model} />
      </div>
      <ModelActions model={model} />
    </li>
  );
}

const PERCENT = 100;

function factsOf({ detects, bytes, licence, comfortableSize, generative }: ModelView): string[] {
  const facts = [
    detects !== undefined && `Finds: ${detects}`,
    comfortableSize !== undefined &&
      `Comfortable from ${Math.round(comfortableSize * PERCENT)} % of the picture's long side`,
    generative !== undefined && (generative ? "Invents content" : "Restores or fills, invents nothing"),
    bytes !== undefined && formatBytes(bytes),
    `Licence ${licence}`,
  ];
  return facts.filter((fact): fact is string => typeof fact === "string");
}
