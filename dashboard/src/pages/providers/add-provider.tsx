import { Check, Cloud, Copy } from "lucide-react";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { useCopy } from "../../components/use-copy.ts";
import styles from "./providers.module.css";

const EXAMPLE = `providers:
  - id: forge
    kind: a1111 # or comfyui, runware
    url: http://192.168.1.20:7860`;

/** What there is where no provider is configured, and how the first one is. */
export function AddProvider() {
  const { copied, copy } = useCopy();
  return (
    <EmptyState
      icon={Cloud}
      title="Everything is done by this installation’s own workers"
      actions={
        <Button icon={copied ? Check : Copy} onClick={() => copy(EXAMPLE)}>
          {copied ? "Copied" : "Copy the example"}
        </Button>
      }
    >
      <p>
        A Stable Diffusion web UI, a ComfyUI or the Runware API on another machine becomes a provider with a
        few lines in <code>config.yaml</code>; with <code>RUNWARE_API_KEY</code> in the environment the API is
        one without any. Server and workers read them when they start.
      </p>
      <pre className={styles["example"]}>{EXAMPLE}</pre>
    </EmptyState>
  );
}
