import { ExternalLink } from "lucide-react";
import { artifactPath } from "../../../api/artifact-path.ts";
import { Button } from "../../../components/button.tsx";
import { Menu } from "../../../components/menu.tsx";
import { isMissing, sayMissing } from "../../../components/picture/picture-state.ts";
import { usePictures } from "../../../components/picture/use-picture.ts";

interface OpenMenuProps {
  /** What each picture is, and its artifact; those that there are not are left out. */
  readonly pictures: readonly (readonly [label: string, artifact: string | null])[];
}

/** Pictures as they are stored, each in a window of its own, from where they can be saved. */
export function OpenMenu({ pictures }: OpenMenuProps) {
  const states = usePictures(pictures.map(([, artifact]) => artifact));
  const items = pictures.flatMap(([label, artifact], at) => {
    if (artifact === null) return [];
    const state = states[at];
    const isGone = state !== undefined && isMissing(state) && state.kind !== "unreachable";
    return [
      {
        label,
        ...(isGone ? { isDisabled: true, hint: sayMissing(state) } : {}),
        onSelect: () => void window.open(artifactPath(artifact), "_blank", "noopener"),
      },
    ];
  });
  if (items.length === 0) return null;
  return <Menu trigger={<Button icon={ExternalLink}>Open</Button>} items={items} />;
}
