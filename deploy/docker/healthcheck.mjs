// Asks the service of this container for its health: exit code 0 while it answers 200, which includes "degraded".
try {
  const response = await fetch(`http://127.0.0.1:${process.env.PORT}/health`, {
    signal: AbortSignal.timeout(3_000),
  });
  process.exitCode = response.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
