using System.ComponentModel;
using System.Diagnostics;
using Mesh.Silo.Cli.Client;
using Mesh.Silo.Firewall;
using Mesh.Silo.Firewall.Formats;

namespace Mesh.Silo.Cli.Firewall;

/// <summary>
/// The rules of a kernel, told by its own tools. What is wanted is loaded into a network namespace made for that and listed by the
/// same tools, so that spelling makes no difference, and nothing of this host's is touched.
/// </summary>
internal sealed class KernelRules(FirewallFormat format)
{
    private const string Separator = "-- next --";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <param name="script">In this format.</param>
    /// <param name="routes">In the format routes.</param>
    public Task<IReadOnlyList<ListedRule>> Wanted(string script, string routes, CancellationToken cancel)
    {
        string load = format == FirewallFormat.Nftables ? "nft -f - && printf '%s' \"$1\" | sh" : "sh -s >/dev/null";
        return List(["unshare", "--net", "sh", "-c", $"ip link set lo up && {load} && {{ {Listing}; }}", "sh", routes], script, cancel);
    }

    public Task<IReadOnlyList<ListedRule>> Actual(CancellationToken cancel) => List(["sh", "-c", Listing], "", cancel);

    private string Listing => string.Join($"; echo '{Separator}'; ", [.. Filters(), .. Routes("-4"), .. Routes("-6")]);

    /// <summary>Without the table there is nothing to list; whatever else goes wrong ends the check.</summary>
    private string[] Filters() => format == FirewallFormat.Nftables
        ? ["nft list tables >/dev/null || exit 1; { nft list tables | grep -qx 'table inet mesh' && nft -s list table inet mesh; } || :"]
        : ["iptables-save -t filter || exit 1; iptables-save -t mangle || exit 1", "ip6tables-save -t filter || exit 1; ip6tables-save -t mangle || exit 1"];

    private static string[] Routes(string family) =>
        [$"ip {family} rule list fwmark {FirewallPlan.Mark}; ip {family} route show table {FirewallPlan.RoutingTable} 2>/dev/null || :"];

    private async Task<IReadOnlyList<ListedRule>> List(string[] command, string input, CancellationToken cancel)
    {
        string[] parts = (await Run(command, input, cancel)).Split(Separator);
        return format == FirewallFormat.Nftables
            ? [.. ListedRule.OfNftables(parts[0]), .. ListedRule.OfRoutes("IPv4", parts[1]), .. ListedRule.OfRoutes("IPv6", parts[2])]
            : [.. ListedRule.OfIptables("IPv4", parts[0]), .. ListedRule.OfIptables("IPv6", parts[1]), .. ListedRule.OfRoutes("IPv4", parts[2]), .. ListedRule.OfRoutes("IPv6", parts[3])];
    }

    /// <exception cref="ClientFailure">A tool is missing or refuses.</exception>
    private static async Task<string> Run(string[] command, string input, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Timeout);
        Process? started = null;
        try
        {
            started = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> output = started.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = started.StandardError.ReadToEndAsync(limit.Token);
            await Feed(started, input, limit.Token);
            await started.WaitForExitAsync(limit.Token);
            return started.ExitCode == 0 ? await output : throw new ClientFailure($"the kernel's rules cannot be read: {(await errors).Trim()} (root is needed, with nft or iptables, ip and unshare)");
        }
        catch (Win32Exception missing)
        {
            throw new ClientFailure($"the kernel's rules cannot be read: {command[0]}: {missing.Message}", missing);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new ClientFailure($"the kernel's rules cannot be read: {command[0]} has not ended within {Timeout.TotalSeconds:0} s", late);
        }
        finally
        {
            if (started is { HasExited: false })
            {
                started.Kill(entireProcessTree: true);
            }

            started?.Dispose();
        }
    }

    private static async Task Feed(Process process, string input, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before it had read everything: its exit code and what it printed say why.
        }
    }
}
