import { Money } from "../../components/money.tsx";
import styles from "./price.module.css";

/** What making it again is expected to cost, in US dollars; null and 0 are free. */
export function Price({ amount }: { readonly amount: number | null }) {
  return (
    <span className={styles["price"]}>
      {amount === null || amount === 0 ? (
        "free"
      ) : (
        <>
          ≈ <Money amount={amount} />
        </>
      )}
    </span>
  );
}
