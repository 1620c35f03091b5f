using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins.RequestSizeLimiting;

internal sealed record RequestSizeLimitingSettings
{
    public static PluginSchema Schema { get; } = new()
    {
        Name = "request-size-limiting",
        Version = ConfigFields.Version,
        Priority = 951,
        Config =
        [
            Field.Integer("allowed_payload_size") with { Default = "128", Description = "Largest request body, in size_unit." },
            Field.String("size_unit") with
            {
                Required = true,
                Default = "\"megabytes\"",
                OneOf = ["megabytes", "kilobytes", "bytes"],
                Description = "1048576, 1024 or 1 bytes.",
            },
            ConfigFields.Flag("require_content_length", false) with { Description = "Requests that are not chunked must say how long they are." },
        ],
    };

    public required long AllowedPayloadSize { get; init; }
    public required string SizeUnit { get; init; }
    public required bool RequireContentLength { get; init; }

    /// <summary>Bytes.</summary>
    /// <exception cref="FormatException">The unit is not known, or the product is too large a number.</exception>
    public long Limit
    {
        get
        {
            long unit = SizeUnit switch
            {
                "megabytes" => 1024 * 1024,
                "kilobytes" => 1024,
                "bytes" => 1,
                _ => throw new FormatException($"size_unit '{SizeUnit}' is not known to this edge"),
            };
            return Math.Abs(AllowedPayloadSize) <= long.MaxValue / unit ? AllowedPayloadSize * unit : throw new FormatException("allowed_payload_size is too large");
        }
    }
}
