import { clsx } from "clsx";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button, IconButton } from "./Button";

interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** The buttons below. */
  actions?: ReactNode;
  size?: "small" | "medium" | "large";
  /** What is asked must be answered: a click beside it does nothing. */
  isAlert?: boolean;
}

const SIZES = { small: "max-w-96", medium: "max-w-[560px]", large: "max-w-[880px]" };

/** A window over the page; Escape closes it, and the focus goes back to where it was. */
export function Dialog({
  title,
  isOpen,
  onClose,
  children,
  actions,
  size = "medium",
  isAlert = false,
}: DialogProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={!isAlert}
      className="fixed inset-0 z-50 grid place-items-center bg-black/50 p-4"
    >
      <Modal
        className={clsx(
          "flex max-h-[90vh] w-full flex-col rounded-card border border-line bg-surface shadow-float",
          SIZES[size],
        )}
      >
        <AriaDialog
          role={isAlert ? "alertdialog" : "dialog"}
          className="flex min-h-0 flex-col outline-none"
        >
          <header className="flex items-center justify-between gap-2 px-4 pt-3">
            <Heading slot="title" className="text-base">
              {title}
            </Heading>
            <IconButton label="Close" onPress={onClose}>
              <X size={16} aria-hidden />
            </IconButton>
          </header>
          <div className="min-h-0 overflow-auto px-4 py-3">{children}</div>
          {actions ? (
            <footer className="flex justify-end gap-2 border-t border-line px-4 py-3">
              {actions}
            </footer>
          ) : null}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

interface ConfirmProps {
  title: string;
  isOpen: boolean;
  /** What happens, and whether it can be undone. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is done that can't be undone. */
export function ConfirmDialog({ action, onConfirm, onClose, children, ...rest }: ConfirmProps) {
  return (
    <Dialog
      {...rest}
      size="small"
      isAlert
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose} autoFocus>
            Cancel
          </Button>
          <Button
            look="danger"
            onPress={() => {
              onConfirm();
              onClose();
            }}
          >
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
