import { Check, Copy } from "lucide-react";
import { IconButton } from "../../components/icon-button.tsx";
import { useCopy } from "../../components/use-copy.ts";
import styles from "./models.module.css";

/** A command for the terminal of the server's machine. */
export function Command({ text }: { readonly text: string }) {
  const { copied, copy } = useCopy();
  return (
    <span className={styles["command"]}>
      <code>{text}</code>
      <IconButton
        icon={copied ? Check : Copy}
        label={copied ? "Copied" : "Copy the command"}
        onClick={() => copy(text)}
      />
    </span>
  );
}
