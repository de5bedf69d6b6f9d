import styles from "./review-focus.module.css";

const KEYS = [
  ["a r k", "accept, reroll, keep the original"],
  ["b", "hold it to see it before"],
  ["← → space", "other pictures"],
  ["↑ ↓", "regions"],
  ["1–9", "candidates"],
  ["m", "draw the mask"],
  ["z", "undo"],
  ["Esc", "back to the wall"],
] as const;

/** What single keys do here; a touch screen has none. */
export function FocusKeys() {
  return (
    <dl className={styles["keys"]} aria-label="Keys">
      {KEYS.map(([keys, does]) => (
        <div key={keys}>
          <dt>
            <kbd>{keys}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}
