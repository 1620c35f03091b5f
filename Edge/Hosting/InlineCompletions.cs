namespace Mesh.Edge.Hosting;

/// <summary>
/// Whether what waits on a socket goes on right on the thread that polls it. That saves a thread hand-over for every read
/// and every write, a third of a request's cost on few cores. The price is that nothing on the way may block: a thread that
/// waits keeps all its connections waiting. The embedded store does wait, for the tenth of a millisecond that a write
/// takes to the disk; measured, changes of configuration still gain more than they lose.
/// </summary>
internal static class InlineCompletions
{
    /// <summary>The runtime's own switch; it is read when the first socket of the process is made.</summary>
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>The runtime and the server must do it both or neither: one alone costs more than none.</summary>
    public static bool Enabled => Environment.GetEnvironmentVariable(Variable) is "1" or "true";

    /// <summary>To be called before the process makes a socket. A switch that the environment holds already stands.</summary>
    public static void Choose(bool wanted)
    {
        if (wanted && Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }
}
