import { Check, Copy } from "lucide-react";
import { Button } from "../../../components/button.tsx";
import { useCopy } from "../../../components/use-copy.ts";
import styles from "./json-block.module.css";

interface JsonBlockProps {
  /** What it is: "Input". */
  readonly label: string;
  readonly value: unknown;
}

const INDENT = 2;

/** Data as it is, to read and to copy. Short lists such as boxes stay on one line. */
export function JsonBlock({ label, value }: JsonBlockProps) {
  const { copied, copy } = useCopy();
  const text = JSON.stringify(value, null, INDENT) ?? "null";
  return (
    <div className={styles["block"]}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys, too */}
      <section tabIndex={0} aria-label={label}>
        <pre>
          {text.replace(
            /\[\s+([^[\]{}]{1,80}?)\s+\]/g,
            (_, list: string) => `[${list.replace(/\s+/g, " ")}]`,
          )}
        </pre>
      </section>
      <div className={styles["copy"]}>
        <Button icon={copied ? Check : Copy} onClick={() => copy(text)}>
          {copied ? "Copied" : "Copy"}
        </Button>
      </div>
    </div>
  );
}
