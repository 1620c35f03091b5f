namespace Mesh.Silo.Firewall.Formats;

/// <summary>How a plan is written down.</summary>
/// <param name="Name">As <c>--format</c> and <c>?format=</c> name it.</param>
/// <param name="Write">Null for what another part writes.</param>
internal sealed record FirewallFormat(string Name, Func<FirewallPlan, FirewallOptions, string>? Write)
{
    /// <summary>Why a plan cannot be written so; null when it can.</summary>
    public Func<FirewallPlan, FirewallOptions, string?> Refuse { get; init; } = (_, _) => null;

    public static FirewallFormat Json { get; } = new("json", null);

    public static FirewallFormat Text { get; } = new("text", TextFormat.Write);

    public static FirewallFormat Nftables { get; } = new("nftables", NftablesFormat.Write);

    public static FirewallFormat Iptables { get; } = new("iptables", IptablesFormat.Write);

    public static FirewallFormat Routes { get; } = new("routes", RoutesFormat.Write);

    public static IReadOnlyList<FirewallFormat> All { get; } =
        [Json, Text, Nftables, Iptables, new("ufw", UfwFormat.Write), new("nsg-bicep", NsgBicepFormat.Write) { Refuse = NsgBicepFormat.Refuse }, Routes];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(format => format.Name)];

    public static FirewallFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);
}
