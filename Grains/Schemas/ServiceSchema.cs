using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas.Formats;

namespace Mesh.Grains.Schemas;

internal static class ServiceSchema
{
    public static EntitySchema Declare() => new()
    {
        Kind = EntityKinds.Services,
        AdminName = "services",
        EndpointKey = "name",
        Fields =
        [
            CommonFields.Id,
            CommonFields.CreatedAt,
            CommonFields.UpdatedAt,
            CommonFields.Name(),
            Field.Integer("retries") with { Default = "5", Min = 0, Max = 32767 },
            CommonFields.Protocol("protocol") with { Required = true, Default = "\"http\"" },
            Field.String("host") with { Required = true, Check = HostChecks.Host },
            CommonFields.Port("port") with { Required = true, Default = "80" },
            CommonFields.Path("path"),
            Timeout("connect_timeout"),
            Timeout("write_timeout"),
            Timeout("read_timeout"),
            CommonFields.Tags,
            Field.Foreign("client_certificate", EntityKinds.Certificates),
            Field.Boolean("tls_verify"),
            Field.Integer("tls_verify_depth") with { Min = 0, Max = 64 },
            Field.Array("ca_certificates", Field.String("ca_certificate") with { Uuid = true }),
            Field.Boolean("enabled") with { Required = true, Default = "true" },
            Field.String("proxy_protocol") with { OneOf = [Service.ProxyProtocolV1, Service.ProxyProtocolV2] },
            Field.Boolean("preserve_source") with { Required = true, Default = "false" },
        ],
        Checks =
        [
            new EntityCheck.Conditional(
                Field.String("protocol") with { OneOf = ["tcp", "tls", "udp", "grpc", "grpcs"] },
                Field.String("path") with { MustBeNull = true }),
            new EntityCheck.Conditional(
                Field.String("protocol") with { OneOf = ["udp"] },
                Field.String("proxy_protocol") with { MustBeNull = true }),
            .. new[] { "client_certificate", "tls_verify", "tls_verify_depth", "ca_certificates" }.Select(OnlyWithTls),
        ],
        ShorthandFields = [Field.String("url")],
        Expand = ExpandUrl,
    };

    /// <summary>Milliseconds.</summary>
    private static Field Timeout(string name) => Field.Integer(name) with { Default = "60000", Min = 1, Max = int.MaxValue - 1 };

    private static EntityCheck OnlyWithTls(string field) => new EntityCheck.Conditional(
        Field.String("protocol") with { NotOneOf = ["https", "tls"] },
        Field.String(field) with { MustBeNull = true });

    /// <summary><c>url</c> wins over protocol, host, port and path beside it.</summary>
    private static void ExpandUrl(JsonObject body)
    {
        if (body["url"] is not JsonValue value || ServiceUrl.Parse(value.GetValue<string>()) is not { } url)
        {
            return;
        }

        body["protocol"] = url.Protocol;
        body["host"] = url.Host;
        body["port"] = (long)url.Port;
        body["path"] = url.Path;
    }
}
