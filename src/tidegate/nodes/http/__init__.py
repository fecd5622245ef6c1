"""HTTP: requests to any API, through the gate."""
