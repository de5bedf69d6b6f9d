import { Check, Copy } from "lucide-react";
import type { CreatedKey } from "../../../../../src/contracts/keys.ts";
import { Button } from "../../../components/button.tsx";
import { useCopy } from "../../../components/use-copy.ts";
import form from "../form.module.css";
import styles from "./keys.module.css";

/** The whole key: it is in this dialog and nowhere else. */
export function MadeKey({ made: { key, view } }: { readonly made: CreatedKey }) {
  const { copied, copy } = useCopy();
  return (
    <div className={styles["made"]}>
      <p>
        <strong>Copy it now: it is shown this once.</strong> Of a key that is lost nothing can be had again;
        revoke it and make another one.
      </p>
      <div className={styles["secret"]}>
        <code data-secret>{key}</code>
        <Button icon={copied ? Check : Copy} onClick={() => copy(key)}>
          {copied ? "Copied" : "Copy"}
        </Button>
      </div>
      <p className={form["quiet"]}>
        Clients send it as <code>Authorization: Bearer …</code>, people type it once to sign in. It is a key
        of {view.owner} with role {view.role}.
      </p>
    </div>
  );
}
