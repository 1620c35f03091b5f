using System.CommandLine;
using System.Globalization;

namespace Mesh.Silo.Cli.Client;

/// <summary>The options of verbs that commit.</summary>
internal sealed class WriteOptions
{
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "show what would change and change nothing (exit code 2 when anything)" };
    private readonly Option<bool> wait = new("--wait") { Description = "until every live edge serves by it" };
    private readonly Option<long?> ifRevision = new("--if-revision") { Description = "only if the configuration stands at this revision" };

    public Symbol[] All => [dryRun, wait, ifRevision];

    public bool DryRun(ParseResult parsed) => parsed.GetValue(dryRun);

    public string Query(ParseResult parsed) => (DryRun(parsed), parsed.GetValue(wait)) switch
    {
        (true, _) => "?dry_run=1",
        (_, true) => "?wait=edges",
        _ => "",
    };

    public IReadOnlyList<(string Name, string Value)> Headers(ParseResult parsed) =>
        parsed.GetValue(ifRevision) is { } revision ? [("If-Match", revision.ToString(CultureInfo.InvariantCulture))] : [];

    /// <summary>What to say of the edges; nothing when they were not waited for.</summary>
    public static string Edges(AdminReply reply) => reply.Edges is { } edges ? $"; edges: {edges}" : "";
}
