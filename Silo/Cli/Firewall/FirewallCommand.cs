using System.CommandLine;
using System.Text;
using Mesh.Silo.Cli.Client;
using Mesh.Silo.Firewall.Formats;

namespace Mesh.Silo.Cli.Firewall;

/// <summary><c>mesh firewall</c>: the rules that follow from the configuration, and whether the kernel has them.</summary>
internal static class FirewallCommand
{
    public static Command Create()
    {
        Option<string> format = new("--format") { Description = "what to print", HelpName = string.Join('|', FirewallFormat.Names), DefaultValueFactory = _ => FirewallFormat.Text.Name };
        format.AcceptOnlyFromAmong([.. FirewallFormat.Names]);
        Option<string?> edge = new("--edge") { Description = "only for the host of this edge: its id or host name" };
        Option<string?> members = new("--members") { Description = "also let in silos and edges that are to come", HelpName = "addresses or networks" };
        Option<string?> egress = new("--egress") { Description = "also restrict where programs of this user connect to", HelpName = "user" };
        Option<bool> check = new("--check") { Description = "compare the rules of this host's kernel with what is wanted (exit code 2 when they differ)" };
        return ClientVerb.Create("firewall", "Print the firewall rules that follow from the configuration.", Run, format, edge, members, egress, check);

        async Task<int> Run(ParseResult parsed, ClientContext context, CancellationToken cancel)
        {
            string wanted = parsed.GetValue(format)!;
            string query = string.Concat(new[] { ("edge", parsed.GetValue(edge)), ("members", parsed.GetValue(members)), ("egress", parsed.GetValue(egress)) }
                .Where(argument => argument.Item2 is not null)
                .Select(argument => $"&{argument.Item1}={Uri.EscapeDataString(argument.Item2!)}"));
            if (parsed.GetValue(check))
            {
                return await FirewallCheck.Run(context, parsed.GetResult(format)?.Tokens.Count > 0 ? wanted : FirewallFormat.Nftables.Name, query, cancel);
            }

            if (wanted == FirewallFormat.Json.Name)
            {
                (context with { Format = OutputFormat.Json }).Print(await Plan(context, query, cancel), _ => { });
                return ExitCodes.Success;
            }

            await context.Output.WriteAsync(await Fetch(context, wanted, query, cancel));
            return ExitCodes.Success;
        }
    }

    /// <summary>The model.</summary>
    /// <exception cref="ClientFailure">The Admin API refuses.</exception>
    public static async Task<AdminReply> Plan(ClientContext context, string query, CancellationToken cancel) =>
        (await context.Admin.Get($"firewall?format={FirewallFormat.Json.Name}{query}", cancel)).OrFail();

    /// <summary>What a format says.</summary>
    /// <exception cref="ClientFailure">The Admin API refuses.</exception>
    public static async Task<string> Fetch(ClientContext context, string format, string query, CancellationToken cancel)
    {
        using MemoryStream body = new();
        (await context.Admin.Download($"firewall?format={format}{query}", body, cancel)).OrFail();
        string text = Encoding.UTF8.GetString(body.ToArray());
        return text.EndsWith('\n') ? text : text + "\n";
    }
}
