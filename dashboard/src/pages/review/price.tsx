import { Money } from "../../components/money.tsx";
import styles from "./price.module.css";

/** What making it again is expected to cost, in US dollars; 0 is free, null is not known. */
export function Price({ amount }: { readonly amount: number | null }) {
  return (
    <span className={styles["price"]}>
      {amount === null && "at an unknown price"}
      {amount === 0 && "free"}
      {amount !== null && amount > 0 && (
        <>
          ≈ <Money amount={amount} />
        </>
      )}
    </span>
  );
}
