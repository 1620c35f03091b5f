using Mesh.Bench.Counters;

/// <summary>
/// Named by <c>DOTNET_STARTUP_HOOKS</c>, runs in any .NET gateway before its own code, so that Mesh and what it is measured
/// against are counted by the same lines and none of them has to know. The runtime wants this name, outside a namespace.
/// </summary>
#pragma warning disable CA1050
internal static class StartupHook
#pragma warning restore CA1050
{
    private const string SocketVariable = "MESH_BENCH_COUNTERS";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(SocketVariable) is { Length: > 0 } path)
        {
            CounterSocket.Serve(path);
        }
    }
}
