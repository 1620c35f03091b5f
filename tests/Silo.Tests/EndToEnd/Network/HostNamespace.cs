using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Mesh.Silo.Tests.EndToEnd.Network;

/// <summary>A network namespace of this machine: as good as a host of its own. Gone when disposed.</summary>
internal sealed class HostNamespace : IDisposable
{
    private const int CloneNewNet = 0x40000000;

    public HostNamespace(string role)
    {
        Name = $"mesh-t-{role}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
        Tool("ip", "netns", "add", Name);
        Ip("link", "set", "lo", "up");
    }

    public string Name { get; }

    /// <summary>What goes before a command that is to run in it.</summary>
    public string[] Launcher => ["ip", "netns", "exec", Name];

    /// <summary>Why there can be no namespaces here; null when there can.</summary>
    public static string? Missing()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            return "network namespaces need Linux and root";
        }

        try
        {
            using var probe = new HostNamespace("probe");
            return null;
        }
        catch (InvalidOperationException refused)
        {
            return $"no network namespaces here: {refused.Message}";
        }
    }

    /// <summary>Two hosts on one wire, each with addresses such as <c>10.0.0.1/24</c>.</summary>
    public static void Connect(HostNamespace one, string oneLink, string[] oneAddresses, HostNamespace other, string otherLink, string[] otherAddresses)
    {
        one.Ip("link", "add", oneLink, "type", "veth", "peer", "name", otherLink, "netns", other.Name);
        one.Address(oneLink, oneAddresses);
        other.Address(otherLink, otherAddresses);
    }

    public void Ip(params string[] arguments) => Tool("ip", ["-n", Name, .. arguments]);

    /// <summary>Runs a command in it.</summary>
    public string Run(params string[] command) => Tool("ip", ["netns", "exec", Name, .. command]);

    /// <summary>Runs something that makes sockets: they belong to it wherever they are used afterwards.</summary>
    public T Within<T>(Func<T> make)
        where T : notnull
    {
        T? made = default;
        Exception? failure = null;

        // A thread of its own: the namespace is the thread's, and none of the pool's may keep it.
        var thread = new Thread(() =>
        {
            try
            {
                using SafeHandle place = File.OpenHandle($"/run/netns/{Name}");
                if (SetNamespace((int)place.DangerousGetHandle(), CloneNewNet) != 0)
                {
                    throw new InvalidOperationException($"setns: error {Marshal.GetLastPInvokeError()}");
                }

                made = make();
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? made! : throw new InvalidOperationException($"in {Name}: {failure.Message}", failure);
    }

    public void Dispose() => Tool("ip", "netns", "del", Name);

    /// <exception cref="InvalidOperationException">It fails; with what it said.</exception>
    private static string Tool(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Result}{output}");
    }

    private void Address(string link, string[] addresses)
    {
        foreach (string address in addresses)
        {
            // Without the search for duplicates an IPv6 address can be used at once.
            string[] more = address.Contains(':', StringComparison.Ordinal) ? ["nodad"] : [];
            Ip(["addr", "add", address, "dev", link, .. more]);
        }

        Ip("link", "set", link, "up");
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int descriptor, int kind);
}
