using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins.RateLimiting;

internal sealed record RateLimitingSettings
{
    private static readonly string[] Periods = ["second", "minute", "hour", "day", "month", "year"];

    public static PluginSchema Schema { get; } = new()
    {
        Name = "rate-limiting",
        Version = ConfigFields.Version,
        Priority = 910,
        Config =
        [
            .. Periods.Select(period => ConfigFields.Positive(period) with { Description = $"Requests per {period}." }),
            Field.String("limit_by") with
            {
                Default = "\"consumer\"",
                OneOf = ["consumer", "credential", "ip", "service", "header", "path"],
                Description = "Whose requests are counted together; the address where the request has none of it.",
            },
            ConfigFields.HeaderName("header_name") with { Description = "Header for limit_by header." },
            Field.String("path") with
            {
                StartsWith = "/",
                Check = value => ((string?)value)?.Contains("//") == true ? "must not have empty segments" : null,
                Description = "Path for limit_by path.",
            },
            Field.String("policy") with
            {
                Default = "\"local\"",
                OneOf = ["local", "cluster", "redis"],
                LenMin = 0,
                Description = "Where requests are counted. An edge of this version serves only local and answers 500 in the scope of others.",
            },
            ConfigFields.Flag("fault_tolerant", true) with { Description = "Let requests through when counting fails. Local counting does not fail." },
            Redis(),
            ConfigFields.Flag("hide_client_headers", false) with { Description = "No headers that tell of the limits." },
            ConfigFields.Positive("error_code") with { Default = "429", Description = "Status of the refusal." },
            Field.String("error_message") with { Default = "\"API rate limit exceeded\"", Description = "Message of the refusal." },
            Field.Number("sync_rate") with { Required = true, Default = "-1", Description = "Seconds between exchanges with the shared store; -1 is with every request." },
        ],
        Checks =
        [
            new EntityCheck.AtLeastOneOf([.. Periods.Select(period => $"config.{period}")]),
            Needs("config.policy", "redis", Field.String("config.redis.host")),
            Needs("config.policy", "redis", Field.Integer("config.redis.port")),
            Needs("config.policy", "redis", Field.Integer("config.redis.timeout")),
            Needs("config.limit_by", "header", Field.String("config.header_name")),
            Needs("config.limit_by", "path", Field.String("config.path")),
            new EntityCheck.Custom(CheckOrder) { Sources = ["config"] },
        ],
    };

    public double? Second { get; init; }
    public double? Minute { get; init; }
    public double? Hour { get; init; }
    public double? Day { get; init; }
    public double? Month { get; init; }
    public double? Year { get; init; }
    public required string LimitBy { get; init; }
    public string? HeaderName { get; init; }
    public string? Path { get; init; }
    public required string Policy { get; init; }
    public required bool HideClientHeaders { get; init; }
    public required double ErrorCode { get; init; }
    public required string ErrorMessage { get; init; }

    private static Field Redis() => Field.Record(
        "redis",
        Field.String("host"),
        Field.Integer("port") with { Default = "6379", Min = 0, Max = 65535 },
        Field.Integer("timeout") with { Default = "2000", Min = 0, Max = int.MaxValue - 1, Description = "Milliseconds." },
        Field.String("username") with { Referenceable = true },
        Field.String("password") with { Referenceable = true, Secret = true, LenMin = 0 },
        Field.Integer("database") with { Default = "0" },
        Field.Boolean("ssl") with { Default = "false" },
        Field.Boolean("ssl_verify") with { Default = "false" },
        Field.String("server_name")) with { Required = true, Description = "The store of policy redis." };

    private static EntityCheck.Conditional Needs(string field, string value, Field needed) =>
        new(Field.String(field) with { OneOf = [value] }, needed with { Required = true });

    /// <summary>A limit of a longer period below one of a shorter would make the shorter meaningless.</summary>
    private static IEnumerable<(string Field, string Message)> CheckOrder(JsonObject plugin)
    {
        (string Period, double Limit)[] limits =
        [
            .. Periods.Select(period => (period, ConfigFields.Number(plugin["config"]?[period]))).Where(limit => !double.IsNaN(limit.Item2)),
        ];
        for (int shorter = 0; shorter < limits.Length; shorter++)
        {
            for (int longer = shorter + 1; longer < limits.Length; longer++)
            {
                if (limits[longer].Limit < limits[shorter].Limit)
                {
                    yield return ("config", string.Create(
                        CultureInfo.InvariantCulture,
                        $"The limit for {limits[longer].Period}({limits[longer].Limit:F1}) cannot be lower than the limit for {limits[shorter].Period}({limits[shorter].Limit:F1})"));
                    yield break;
                }
            }
        }
    }
}
