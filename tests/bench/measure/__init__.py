"""The bench's parts: what is started (stage, gateways), what drives it (load), what is measured (cases, loading), what is written (report)."""
