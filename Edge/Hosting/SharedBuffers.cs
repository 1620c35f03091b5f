using System.Globalization;

namespace Mesh.Edge.Hosting;

/// <summary>
/// How many buffers of each size the runtime's shared pool keeps. Its default of 32 for each core is fewer than the requests
/// that one HTTP/2 connection has under way; each of them copies through a buffer of 64 KB that is then allocated anew, half
/// the cost of a gRPC call. What is kept and not used, the pool gives up again with the collections of the oldest generation.
/// </summary>
internal static class SharedBuffers
{
    /// <summary>The runtime's own switch; it is read when the pool is used for the first time.</summary>
    private const string Variable = "DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION";

    /// <summary>Of each size, for each core: at most 32 MB a core for those of 64 KB.</summary>
    private const int Kept = 512;

    /// <summary>To be called first of all. A number that the environment holds already stands.</summary>
    public static void KeepMore()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, Kept.ToString(CultureInfo.InvariantCulture));
        }
    }
}
