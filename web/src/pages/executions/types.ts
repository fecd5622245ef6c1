import type { Schemas } from "@/api/client";

export type ExecutionStatus = Schemas["ExecutionStatus"];
export type ExecutionSummary = Schemas["ExecutionSummary"];
