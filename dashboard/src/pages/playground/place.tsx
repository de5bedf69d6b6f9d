import { Button } from "../../components/button.tsx";
import { Select } from "../../components/select.tsx";
import styles from "./place.module.css";

/** Somewhere else that can be asked. */
export interface Place {
  readonly id: string;
  readonly paid: boolean;
}

interface PlaceChoiceProps {
  readonly places: readonly Place[];
  readonly chosen: string | undefined;
  /** Undefined: this machine. */
  readonly onChoose: (provider: string | undefined) => void;
}

const HERE = "";

/** Where a model looks. */
export function PlaceChoice({ places, chosen = HERE, onChoose }: PlaceChoiceProps) {
  const ids = new Set([...places.map(({ id }) => id), ...(chosen === HERE ? [] : [chosen])]);
  const options = [
    { value: HERE, label: "On this machine" },
    ...[...ids].map((id) => ({ value: id, label: id })),
  ];
  return (
    <Select
      aria-label="Where it looks"
      value={chosen}
      options={options}
      onChoose={(id) => onChoose(id === HERE ? undefined : id)}
    />
  );
}

interface AskButtonProps {
  readonly place: Place;
  readonly onAsk: () => void;
}

/** Nothing is sent anywhere, or paid for, because somebody moved a slider. */
export function AskButton({ place: { id, paid }, onAsk }: AskButtonProps) {
  return (
    <p className={styles["ask"]}>
      <Button look="primary" onClick={onAsk}>
        Ask {id}
      </Button>
      <span>
        {paid ? "It may cost money. " : ""}The same picture with the same model and confidence is asked for
        once; padding, blur and shape are made here.
      </span>
    </p>
  );
}
