using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Listeners;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas.Formats;

namespace Mesh.Grains.Schemas;

/// <summary>Mesh's own kind; Kong has listeners in its settings only.</summary>
internal static class ListenerSchema
{
    private const int MaxConnections = 10_000_000;
    private const int MaxSelectorEntries = 256;
    private const int MaxAllowed = 1024;
    private const int MaxAuthorities = 64;
    private const int MaxDepth = 64;

    public static EntitySchema Declare() => new()
    {
        Kind = EntityKinds.Listeners,
        AdminName = "listeners",
        EndpointKey = "name",
        Fields =
        [
            CommonFields.Id,
            CommonFields.CreatedAt,
            CommonFields.UpdatedAt,
            CommonFields.Name() with { Required = true },
            Field.String("kind") with { Required = true, Default = $"\"{Listener.Http}\"", OneOf = [Listener.Http, Listener.Stream] },
            Field.Array("listen", Field.String("directive") with { Check = Directive }) with
            {
                Required = true,
                LenMin = 1,
                LenMax = ListenDirectives.MaxEntries,
            },
            Field.Boolean("enabled") with { Required = true, Default = "true" },
            Field.Record("selector", Names("regions"), Names("zones"), Field.Map("labels", EdgeName("name"), EdgeName("value")) with { LenMax = MaxSelectorEntries }),
            Field.Record(
                "limits",
                Field.Integer("connections") with { Min = 1, Max = MaxConnections },
                Field.Integer("connections_per_address") with { Min = 1, Max = MaxConnections },
                Timeout("handshake_timeout"),
                Timeout("header_timeout"),
                Field.Integer("drain_seconds") with { Required = true, Default = "30", Min = 0, Max = ListenerLimits.MaxDrainSeconds }) with
            {
                Required = true,
                Default = "{}",
            },
            Field.Set("allow", Field.String("address") with { Check = HostChecks.IpOrCidr }) with { LenMin = 1, LenMax = MaxAllowed },
            Field.Record("proxy_protocol", Field.Set("trusted", Field.String("address") with { Check = HostChecks.IpOrCidr }) with { LenMin = 1, LenMax = MaxSelectorEntries }),
            Field.Record(
                "client_certificate",
                Field.String("mode") with
                {
                    Required = true,
                    Default = $"\"{ListenerClientCertificate.Required}\"",
                    OneOf = [ListenerClientCertificate.None, ListenerClientCertificate.Optional, ListenerClientCertificate.Required],
                },
                Field.Array("ca_certificates", Field.String("ca_certificate") with { Uuid = true }) with { Required = true, LenMin = 1, LenMax = MaxAuthorities },
                Field.Integer("depth") with { Required = true, Default = $"{ListenerClientCertificate.DefaultDepth}", Min = 0, Max = MaxDepth },
                Field.Array("crl", Field.String("crl") with { Check = PemChecks.RevocationList }) with { LenMin = 1, LenMax = MaxAuthorities },
                Field.Set("snis", Field.String("sni") with { Check = HostChecks.WildcardSni }) with { LenMin = 1, LenMax = MaxSelectorEntries }),
            CommonFields.Tags,
        ],
        Checks =
        [
            new EntityCheck.Custom(Addresses) { Sources = ["kind", "listen"] },
            new EntityCheck.Custom(AsksByTls) { Sources = ["listen", "client_certificate"] },
        ],
    };

    /// <summary>Milliseconds.</summary>
    private static Field Timeout(string name) =>
        Field.Integer(name) with { Required = true, Default = $"{ListenerLimits.MaxTimeout}", Min = 1, Max = ListenerLimits.MaxTimeout };

    private static Field Names(string name) => Field.Set(name, EdgeName("name")) with { LenMax = MaxSelectorEntries };

    /// <summary>As settings of an edge name a region, a zone or a label.</summary>
    private static Field EdgeName(string name) => Field.String(name) with { LenMax = 63, Match = "^[a-zA-Z0-9._-]+$" };

    private static string? Directive(JsonNode node)
    {
        (ListenDirective? directive, string? problem) = ListenDirectives.ParseOne(node.GetValue<string>());
        return directive switch
        {
            null => problem,
            { UnixPath: null, Port: 0 } => "a listener needs a port; 0 would be another one on every edge",
            _ => null,
        };
    }

    private static IEnumerable<(string Field, string Message)> AsksByTls(JsonObject listener)
    {
        if (listener["client_certificate"] is JsonObject asked && asked["mode"]!.GetValue<string>() != ListenerClientCertificate.None
            && listener["listen"]!.AsArray().FirstOrDefault(node => !ListenDirectives.ParseOne(node!.GetValue<string>()).Directive!.Ssl) is { } open)
        {
            yield return ("listen", $"{open.GetValue<string>()}: without ssl no client_certificate can be asked for");
        }
    }

    private static IEnumerable<(string Field, string Message)> Addresses(JsonObject listener)
    {
        bool stream = listener["kind"]!.GetValue<string>() == Listener.Stream;
        var seen = new HashSet<(string, bool)>();
        foreach (JsonNode? node in listener["listen"]!.AsArray())
        {
            ListenDirective directive = ListenDirectives.ParseOne(node!.GetValue<string>()).Directive!;
            if (directive.Udp && !stream)
            {
                yield return ("listen", $"{directive.Address}: udp is for listeners of the kind stream");
            }
            else if (directive.Http2 && stream)
            {
                yield return ("listen", $"{directive.Address}: http2 is for listeners of the kind http");
            }

            if (!seen.Add((directive.Address, directive.Udp)))
            {
                yield return ("listen", $"{directive.Address}: named twice");
            }
        }
    }
}
