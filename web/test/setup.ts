import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// Every update of a component that a test makes is done before the test looks.
(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

afterEach(cleanup);
