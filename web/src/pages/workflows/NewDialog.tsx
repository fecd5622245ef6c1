import { Dialog } from "@/ui/Dialog";
import { NewForm } from "./NewForm";

/** A new workflow: empty, or from a template. */
export function NewDialog({ folder, onClose }: { folder: string; onClose: () => void }) {
  return (
    <Dialog title="New workflow" isOpen onClose={onClose}>
      <NewForm folder={folder} onMade={onClose} />
    </Dialog>
  );
}
