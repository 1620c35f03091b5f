using Mesh.BlockingHook;

/// <summary>
/// Named by <c>DOTNET_STARTUP_HOOKS</c>, runs in a process of ours before its own code. The runtime wants this name, outside
/// a namespace.
/// </summary>
#pragma warning disable CA1050
internal static class StartupHook
#pragma warning restore CA1050
{
    private static BlockedThreads? watch;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("MESH_TEST_BLOCKED_FILE") is { Length: > 0 } path)
        {
            watch = new BlockedThreads(path);
        }
    }
}
