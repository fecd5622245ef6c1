import { Component, type ReactNode } from "react";
import { textOf } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";

interface BoundaryProps {
  /** What is in it: "The panel". */
  what: string;
  children: ReactNode;
}

/** A part that breaks, or can't be loaded while the server is away, leaves the rest as it is. */
export class Boundary extends Component<BoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <div className="p-3">
        <Notice
          tone="danger"
          title={`${this.props.what} can't be shown now`}
          action={<Button onPress={() => this.setState({ error: null })}>Try again</Button>}
        >
          {textOf(this.state.error)} What you changed is kept.
        </Notice>
      </div>
    );
  }
}
