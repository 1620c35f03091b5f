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

    /// <param name="script">In this format. Of what the Admin API says only rules are taken: no command of it is run as root.</param>
    public async Task<IReadOnlyList<ListedRule>> Wanted(string script, bool diverting, CancellationToken cancel)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("mesh-firewall-");
        try
        {
            string place = Path.Combine(directory.FullName, "rules");
            string[] commands = ["set -e", "ip link set lo up", .. await Load(script, place, diverting, cancel), .. RoutesFormat.Commands(diverting), Listing];
            return await List(["unshare", "--net", "sh", "-c", string.Join('\n', commands), "sh", place], cancel);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private async Task<IEnumerable<string>> Load(string script, string place, bool diverting, CancellationToken cancel)
    {
        if (format == FirewallFormat.Nftables)
        {
            await File.WriteAllTextAsync(place, script, cancel);
            return ["nft -f \"$1\""];
        }

        (string v4, string v6) = IptablesFormat.Rules(script);
        await File.WriteAllTextAsync(place, v4, cancel);
        await File.WriteAllTextAsync($"{place}6", v6, cancel);
        bool restricting = v4.Contains($":{IptablesFormat.OutputChain} ", StringComparison.Ordinal);
        return
        [
            "iptables-restore --noflush \"$1\"", "ip6tables-restore --noflush \"${1}6\"",
            .. IptablesFormat.Hooks("iptables", restricting, diverting), .. IptablesFormat.Hooks("ip6tables", restricting, diverting),
        ];
    }

    public Task<IReadOnlyList<ListedRule>> Actual(CancellationToken cancel) => List(["sh", "-c", Listing], cancel);

    /// <summary>An empty line before each separator: a part may have no lines of its own.</summary>
    private string Listing => string.Join($"; echo; echo '{Separator}'; ", [.. Filters(), .. Routes("-4"), .. Routes("-6")]);

    /// <summary>Without the table there is nothing to list; whatever else goes wrong ends the check.</summary>
    private string[] Filters() => format == FirewallFormat.Nftables
        ? ["nft list tables >/dev/null || exit 1; { nft list tables | grep -qx 'table inet mesh' && nft -s list table inet mesh; } || :"]
        : ["iptables-save -t filter || exit 1; iptables-save -t mangle || exit 1", "ip6tables-save -t filter || exit 1; ip6tables-save -t mangle || exit 1"];

    private static string[] Routes(string family) =>
        [$"ip {family} rule list fwmark {FirewallPlan.Mark}; ip {family} route show table {FirewallPlan.RoutingTable} 2>/dev/null || :"];

    private async Task<IReadOnlyList<ListedRule>> List(string[] command, CancellationToken cancel)
    {
        string[] parts = (await Run(command, cancel)).Split($"\n{Separator}\n");
        return format == FirewallFormat.Nftables
            ? [.. ListedRule.OfNftables(parts[0]), .. ListedRule.OfRoutes("IPv4", parts[1]), .. ListedRule.OfRoutes("IPv6", parts[2])]
            : [.. ListedRule.OfIptables("IPv4", parts[0]), .. ListedRule.OfIptables("IPv6", parts[1]), .. ListedRule.OfRoutes("IPv4", parts[2]), .. ListedRule.OfRoutes("IPv6", parts[3])];
    }

    /// <exception cref="ClientFailure">A tool is missing or refuses.</exception>
    private static async Task<string> Run(string[] command, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Timeout);
        Process? started = null;
        try
        {
            started = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> output = started.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = started.StandardError.ReadToEndAsync(limit.Token);
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
}
