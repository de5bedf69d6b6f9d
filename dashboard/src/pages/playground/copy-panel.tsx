import { Check, Copy } from "lucide-react";
import { useMemo, useState } from "react";
import type { DetectFields } from "../../api/detect.ts";
import { useCurlTarget } from "../../api/use-curl-target.ts";
import { Button } from "../../components/button.tsx";
import { Panel } from "../../components/panel.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { useCopy } from "../../components/use-copy.ts";
import styles from "./copy-panel.module.css";
import { toApiTask, toCurl, toWorkflow, toWorkflowSteps } from "./settings-export.ts";

interface CopyPanelProps {
  readonly image: string;
  readonly fields: DetectFields;
  readonly detects: string;
  /** Null where crops are not shown. */
  readonly margin: number | null;
}

type Form = "step" | "workflow" | "task" | "curl";

/** The settings to go on with elsewhere. */
export function CopyPanel({ image, fields, detects, margin }: CopyPanelProps) {
  const [form, setForm] = useState<Form>("step");
  // A task has one UUID for as long as it is looked at; the next visit makes another task.
  const taskUUID = useMemo(makeUuid, []);
  const target = useCurlTarget();
  const settings = { fields, detects, margin };
  const texts: Record<Form, string> = {
    step: toWorkflowSteps(settings),
    workflow: toWorkflow(settings),
    task: toApiTask(settings, image, taskUUID),
    curl: toCurl(settings, image, taskUUID, target),
  };
  const titles: Record<Form, string> = {
    step: margin === null ? "Step" : "Steps",
    workflow: "Workflow",
    task: "API task",
    curl: "curl",
  };
  return (
    <Panel title="Use these settings">
      <div className={styles["content"]}>
        <Tabs
          label="As what"
          tabs={(Object.keys(texts) as Form[]).map((id) => ({
            id,
            title: titles[id],
            content: <Text text={texts[id]} title={titles[id]} />,
          }))}
          chosen={form}
          onChoose={setForm}
        />
      </div>
    </Panel>
  );
}

function Text({ text, title }: { readonly text: string; readonly title: string }) {
  const { copied, copy } = useCopy();
  return (
    <div className={styles["text"]}>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        tabIndex={0}
        aria-label={title}
      >
        <pre>{text}</pre>
      </section>
      <Button icon={copied ? Check : Copy} onClick={() => copy(text)}>
        {copied ? "Copied" : "Copy"}
      </Button>
    </div>
  );
}

/** Pages that came over plain HTTP from another machine have random numbers, but no `randomUUID`. */
function makeUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
