import { ExternalLink } from "lucide-react";
import { artifactPath } from "../../../api/artifact-path.ts";
import { Button } from "../../../components/button.tsx";
import { Menu } from "../../../components/menu.tsx";

interface OpenMenuProps {
  /** What each picture is, and its artifact; those that there are not are left out. */
  readonly pictures: readonly (readonly [label: string, artifact: string | null])[];
}

/** Pictures as they are stored, each in a window of its own, from where they can be saved. */
export function OpenMenu({ pictures }: OpenMenuProps) {
  const items = pictures.flatMap(([label, artifact]) =>
    artifact === null
      ? []
      : [{ label, onSelect: () => void window.open(artifactPath(artifact), "_blank", "noopener") }],
  );
  if (items.length === 0) return null;
  return <Menu trigger={<Button icon={ExternalLink}>Open</Button>} items={items} />;
}
