/** The workflow as it is edited: the document of the API with its edges read. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
export type Place = readonly [x: number, y: number];

export interface RetrySettings {
  max_retries?: number;
  retry_delay?: number;
  backoff_multiplier?: number;
  max_delay?: number;
  max_total_time?: number;
  jitter?: number;
  retryable_status_codes?: number[];
  retryable_errors?: string[];
  retry_all_errors?: boolean;
}

export interface FallbackSettings {
  continue_on_node_failure?: boolean;
  skip_failed_nodes?: boolean;
  use_default_values?: boolean;
  notify_on_failure?: boolean;
  log_failure_details?: boolean;
}

/** What every node can be told; what is left out has its default. */
export interface NodeSettings {
  on_error?: "stop" | "continue" | "error_output";
  retry?: RetrySettings;
  fallback?: FallbackSettings;
  default_output?: JsonObject[];
  timeout?: number;
  memory_limit?: number;
  in_flight?: "rerun" | "fail" | "ask";
  disabled?: boolean;
  execute_once?: boolean;
  always_output?: boolean;
  sensitive?: boolean;
  notes?: string;
}

export interface PlacedNode {
  type: string;
  version?: number;
  label?: string;
  credential?: string;
  params?: JsonObject;
  settings?: NodeSettings;
}

export interface Edge {
  source: string;
  output: string;
  target: string;
  input: string;
}

export interface CanvasNote {
  text?: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface CanvasGroup {
  label?: string;
  nodes: readonly string[];
  collapsed?: boolean;
}

export interface WorkflowSettings {
  timeout?: number;
  on_crash?: "resume" | "restart" | "fail";
  fallback?: FallbackSettings;
  priority?: number;
  concurrency?: { limit: number; key?: string; policy?: string; max_queued?: number };
  error_workflow?: string;
  minutes_saved?: number;
}

/** What a workflow has beside its document: versions don't hold it, and executions don't see it. */
export interface Beside {
  readonly folder: string;
  readonly tags: readonly string[];
  /** By node: the items that stand in for its output when the draft runs. */
  readonly pinned: Readonly<Record<string, JsonObject[]>>;
}

export interface WorkflowDocument extends Beside {
  readonly name: string;
  readonly description: string;
  readonly variables: JsonObject;
  readonly settings: WorkflowSettings;
  readonly nodes: Readonly<Record<string, PlacedNode>>;
  readonly edges: readonly Edge[];
  readonly layout: Readonly<Record<string, Place>>;
  readonly notes: Readonly<Record<string, CanvasNote>>;
  readonly groups: Readonly<Record<string, CanvasGroup>>;
}

/** A pure change of the document. It returns the same object where there is nothing to do. */
export type Operation = (document: WorkflowDocument) => WorkflowDocument;

export const MAIN = "main";
export const ERROR = "error";
