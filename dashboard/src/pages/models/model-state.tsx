import { CircleCheck, CloudDownload, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ModelView } from "../../../../src/contracts/api.ts";
import { classNames } from "../../components/class-names.ts";
import tones from "../../components/tone.module.css";
import type { Tone } from "../../components/tone.ts";
import styles from "./models.module.css";

interface Look {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

const LOOKS: Readonly<Record<ModelView["state"], Look>> = {
  ready: { word: "Ready", tone: "good", icon: CircleCheck },
  notPulled: { word: "Not pulled", tone: "neutral", icon: CloudDownload },
  damaged: { word: "Damaged", tone: "bad", icon: TriangleAlert },
};

export function ModelState({ state }: { readonly state: ModelView["state"] }) {
  const { word, tone, icon: Icon } = LOOKS[state];
  return (
    <span className={classNames(styles["state"], tones[tone])} data-state={state}>
      <Icon size={14} aria-hidden />
      {word}
    </span>
  );
}
