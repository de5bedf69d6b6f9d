import { useMutation } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useRole } from "../../../api/use-role.ts";
import { Button } from "../../../components/button.tsx";
import { Notice } from "../../../components/notice.tsx";
import { Panel } from "../../../components/panel.tsx";
import { Picture } from "../../../components/picture/picture.tsx";
import { PicturePicker } from "../../../components/picture-picker/picture-picker.tsx";
import { usePastedPictures } from "../../../components/picture-picker/use-pasted-pictures.ts";
import {
  type FormTexts,
  formFields,
  pictureInput,
  readForm,
} from "../../../components/workflow-form/form-fields.ts";
import { WorkflowForm } from "../../../components/workflow-form/workflow-form.tsx";
import type { TextCheck } from "../use-workflow-check.ts";
import { startTrial } from "./start-trial.ts";
import styles from "./trial.module.css";
import { TrialRun } from "./trial-run.tsx";

/** What is chosen for a trial: it stays while other tabs are looked at. */
export interface TrialChoice {
  readonly picture: File | null;
  readonly texts: FormTexts;
}

interface TrialTabProps {
  readonly text: string;
  /** Set where the text is that of the saved workflow: then it is asked for by name. */
  readonly savedName: string | null;
  readonly check: TextCheck;
  readonly choice: TrialChoice;
  readonly onChoose: (choice: TrialChoice) => void;
  readonly runUUID: string | null;
  readonly onStarted: (runUUID: string) => void;
}

/** A picture, the form that the inputs make, and the run of both, watched in place. */
export function TrialTab(props: TrialTabProps) {
  const { text, savedName, check, choice, onChoose, runUUID, onStarted } = props;
  const { picture, texts } = choice;
  const inputs = check.outline?.inputs;
  const fields = useMemo(() => formFields(inputs ?? {}), [inputs]);
  const { values, faults } = readForm(fields, texts);
  const take = (file: File) => onChoose({ ...choice, picture: file });
  const isOver = usePastedPictures(take);
  const { mutate, isPending, error } = useMutation({
    mutationFn: startTrial,
    onSuccess: (run) => onStarted(run.runUUID),
  });
  const mayRun = useRole("operator");
  const hindrance = mayRun
    ? hindranceOf(check, picture, Object.keys(faults))
    : "Your key may look, not run: that takes the role operator.";
  const start = () => {
    if (picture !== null) mutate({ workflow: savedName ?? text, picture, values });
  };
  return (
    <div className={styles["columns"]}>
      <div className={styles["settings"]} data-over={isOver}>
        {picture === null ? (
          <PicturePicker isCompact={false} onPick={take} />
        ) : (
          <Panel title={`The picture, as ${pictureInput(inputs ?? {}) ?? "image"}`}>
            <PicturePreview file={picture} />
            <div className={styles["picker"]}>
              <PicturePicker isCompact onPick={take} />
            </div>
          </Panel>
        )}
        {fields.length > 0 && (
          <Panel title="Inputs">
            <div className={styles["form"]}>
              <WorkflowForm
                fields={fields}
                texts={texts}
                onChange={(next) => onChoose({ ...choice, texts: next })}
              />
            </div>
          </Panel>
        )}
        <div className={styles["start"]}>
          <Button look="primary" icon={Play} disabled={hindrance !== null || isPending} onClick={start}>
            {isPending ? "Starting" : "Run it"}
          </Button>
          <p role="status">
            {hindrance ?? (savedName === null ? "Runs the text as it stands, not saved." : "")}
          </p>
        </div>
        {error !== null && <Notice isAlert>It was not started: {error.message}</Notice>}
      </div>
      <TrialRun runUUID={runUUID} />
    </div>
  );
}

/** Why it cannot be started; null where it can. */
function hindranceOf(
  { answer, isBehind }: TextCheck,
  picture: File | null,
  faulty: readonly string[],
): string | null {
  if (answer === null || isBehind) return "Checking the text…";
  if (answer.faults.length > 0) return "The text has faults: mend them in the definition first.";
  if (answer.problem !== null) return `It cannot run here yet: ${answer.problem.message}`;
  if (picture === null) return "It needs a picture.";
  return faulty.length === 0 ? null : `Not right yet: ${faulty.join(", ")}.`;
}

function PicturePreview({ file }: { readonly file: File }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return (
    <figure className={styles["preview"]}>
      <span>{url !== null && <Picture artifact={null} src={url} alt="" />}</span>
      <figcaption>{file.name}</figcaption>
    </figure>
  );
}
