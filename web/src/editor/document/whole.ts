import { equal } from "./equal";
import type { Json, Operation, WorkflowDocument, WorkflowSettings } from "./types";

/** Changes of the workflow as a whole: its name, its texts, its settings, where it is listed. */

type Whole = Pick<WorkflowDocument, "name" | "description" | "variables" | "folder" | "tags">;

export function setWhole(changes: Partial<Whole>): Operation {
  return (document) => {
    const keys = Object.keys(changes) as (keyof Whole)[];
    if (keys.every((key) => equal(document[key], changes[key]))) return document;
    return { ...document, ...changes };
  };
}

/** Set one setting; undefined brings back its default. */
export function setWorkflowSetting(name: string, value: Json | undefined): Operation {
  return (document) => {
    const { [name]: before, ...others } = document.settings as Record<string, Json | undefined>;
    if (equal(before, value)) return document;
    const settings = value === undefined ? others : { ...others, [name]: value };
    return { ...document, settings: settings as WorkflowSettings };
  };
}
