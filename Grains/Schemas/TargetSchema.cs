using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas.Formats;

namespace Mesh.Grains.Schemas;

internal static class TargetSchema
{
    public const int DefaultPort = 8000;

    public static EntitySchema Declare() => new()
    {
        Kind = EntityKinds.Targets,
        AdminName = "targets",
        EndpointKey = "target",
        Fields =
        [
            CommonFields.Id,
            Field.Number("created_at") with { Timestamp = true, Auto = true },
            Field.Number("updated_at") with { Timestamp = true, Auto = true },
            Field.Foreign("upstream", EntityKinds.Upstreams) with { Required = true, Cascade = true },
            Field.String("target") with { Required = true, Check = HostChecks.Target },
            Field.Integer("weight") with { Default = "100", Min = 0, Max = 65535 },
            CommonFields.Tags,
        ],
        UniqueTogether = [["upstream", "target"]],
        Derive = target => target["target"] = Normalize(target["target"]!.GetValue<string>()),
    };

    /// <summary>With a port, so that <c>a</c> and <c>a:8000</c> are one target; text that is no address stays as it is.</summary>
    public static string Normalize(string target) => HostAddress.Parse(target, out _)?.WithPort(DefaultPort) ?? target;
}
