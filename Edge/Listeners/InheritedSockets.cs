using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mesh.Edge.Listeners;

/// <summary>
/// Sockets that a service manager bound and passed to this process (systemd's socket activation, <c>sd_listen_fds(3)</c>).
/// A listener on the address of one takes it, instead of binding. The passed descriptors themselves stay open: a listener
/// that leaves and comes back takes its socket again, and until then connections wait in it.
/// </summary>
internal sealed class InheritedSockets
{
    /// <summary>Sockets of one process.</summary>
    public const int MaxSockets = 1024;

    private const int FirstDescriptor = 3;
    private const int DuplicateFrom = 0;

    private readonly Lock gate = new();
    private readonly List<Passed> sockets = [];

    /// <summary>
    /// A number is never given to the same socket twice: the poll that a closed one stood in still knows it, for the socket
    /// itself is open.
    /// </summary>
    private int nextDescriptor;

    private InheritedSockets(int count, string[] names)
    {
        nextDescriptor = FirstDescriptor + count;
        for (int i = 0; i < count; i++)
        {
            if (Look(FirstDescriptor + i, i < names.Length ? names[i] : "") is { } passed)
            {
                sockets.Add(passed);
            }
        }
    }

    /// <summary>Those of this process.</summary>
    public static InheritedSockets OfProcess { get; } = Read(Environment.GetEnvironmentVariable, Environment.ProcessId);

    /// <summary>Sockets that no listener has taken, as <c>name (address)</c>.</summary>
    public IReadOnlyList<string> Unclaimed
    {
        get
        {
            lock (gate)
            {
                return [.. sockets.Where(socket => !socket.Taken).Select(socket => socket.ToString())];
            }
        }
    }

    /// <summary>The passed socket of that address, for the caller to own; null when there is none.</summary>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    public Socket? Take(EndPoint endPoint, SocketType type)
    {
        lock (gate)
        {
            int index = sockets.FindIndex(socket => socket.Type == type && socket.EndPoint.Equals(endPoint));
            if (index < 0)
            {
                return null;
            }

            int own = Duplicate(sockets[index].Descriptor, DuplicateFrom, nextDescriptor);
            if (own < 0)
            {
                throw new IOException($"the socket that was passed for {endPoint} cannot be taken: {Marshal.GetLastPInvokeErrorMessage()}");
            }

            nextDescriptor = own + 1;
            sockets[index] = sockets[index] with { Taken = true };
            return new Socket(new SafeSocketHandle(own, ownsHandle: true));
        }
    }

    private static InheritedSockets Read(Func<string, string?> variable, int process)
    {
        // Without our id the sockets were meant for somebody else, who has left the variables to us.
        bool ours = OperatingSystem.IsLinux() && variable("LISTEN_PID") == process.ToString(CultureInfo.InvariantCulture);
        bool counted = int.TryParse(variable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= MaxSockets;
        return ours && counted ? new InheritedSockets(count, variable("LISTEN_FDNAMES")?.Split(':') ?? []) : new InheritedSockets(0, []);
    }

    /// <summary>Null when the descriptor is none of a bound socket.</summary>
    private static Passed? Look(int descriptor, string name)
    {
        try
        {
            // Neither owned nor ever polled: it only tells where it is bound.
            using var seen = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
            return seen.LocalEndPoint is { } bound ? new Passed(descriptor, name, seen.SocketType, bound) : null;
        }
        catch (SocketException)
        {
            // Service managers also pass pipes and files, which are for others.
            return null;
        }
    }

    /// <summary><c>fcntl(F_DUPFD)</c>: without close-on-exec, by which the runtime knows that a socket is shared and not to be shut down.</summary>
    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int descriptor, int command, int least);

    private sealed record Passed(int Descriptor, string Name, SocketType Type, EndPoint EndPoint)
    {
        public bool Taken { get; init; }

        public override string ToString() => Name.Length == 0 ? $"{EndPoint}" : $"{Name} ({EndPoint})";
    }
}
