import { CircleX, Ellipsis, Play, RotateCw } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { IconButton } from "../../components/icon-button.tsx";
import { Menu } from "../../components/menu.tsx";
import { Panel } from "../../components/panel.tsx";
import { Select } from "../../components/select.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { TextInput } from "../../components/text-input.tsx";
import { showToast } from "../../components/toast-store.ts";
import styles from "./gallery-page.module.css";

const OPTIONS = ["blur", "pixelate", "colour"].map((value) => ({ value, label: value }));

export function ControlsPanel() {
  const [isAsking, setAsking] = useState(false);
  const close = () => setAsking(false);
  return (
    <Panel title="Controls">
      <div className={styles["samples"]}>
        <Button look="primary" icon={Play} onClick={() => setAsking(true)}>
          Open a dialog
        </Button>
        <Button onClick={() => showToast({ tone: "good", text: "Three runs go on." })}>Show a toast</Button>
        <Button look="danger" icon={CircleX}>
          Cancel
        </Button>
        <Button disabled>Not now</Button>
        <Menu
          trigger={<IconButton icon={Ellipsis} label="Open a menu" />}
          items={[
            { label: "Retry", icon: RotateCw, onSelect: () => undefined },
            { label: "Not possible", isDisabled: true, onSelect: () => undefined },
            { label: "Delete", icon: CircleX, isDanger: true, onSelect: () => undefined },
          ]}
        />
      </div>
      <Form />
      <Dialog
        isOpen={isAsking}
        onClose={close}
        title="Cancel 12 runs?"
        actions={
          <>
            <Button onClick={close}>Let them run</Button>
            <Button look="danger" onClick={close}>
              Cancel 12 runs
            </Button>
          </>
        }
      >
        <p>What a worker has begun is stopped. It can be retried later.</p>
      </Dialog>
    </Panel>
  );
}

function Form() {
  const [text, setText] = useState("0.4");
  const [mode, setMode] = useState("blur");
  const [tab, setTab] = useState<"request" | "response">("request");
  const isNumber = text.trim() !== "" && Number.isFinite(Number(text));
  return (
    <div className={styles["stack"]}>
      <Field
        label="Strength"
        hint="From 0 to 1: how much is painted anew."
        error={isNumber ? undefined : "Expected a number, such as 0.4."}
      >
        {(attributes) => (
          <TextInput {...attributes} value={text} onChange={(event) => setText(event.target.value)} />
        )}
      </Field>
      <Field label="Mode">
        {(attributes) => <Select {...attributes} value={mode} options={OPTIONS} onChoose={setMode} />}
      </Field>
      <Tabs
        label="Request and response"
        chosen={tab}
        onChoose={setTab}
        tabs={[
          { id: "request", title: "Request", content: <code>{`{ "strength": ${text} }`}</code> },
          { id: "response", title: "Response", content: <code>{"{}"}</code> },
        ]}
      />
    </div>
  );
}
