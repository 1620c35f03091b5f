using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas.Formats;

namespace Mesh.Grains.Schemas;

/// <summary>An upstream's <c>healthchecks</c>; 0 switches an interval or a counter off.</summary>
internal static class HealthCheckFields
{
    public static Field Declare() => Record(
        "healthchecks",
        Record(
            "active",
            CheckType(),
            Seconds("timeout", "1"),
            Field.Integer("concurrency") with { Default = "10", Min = 1, Max = 1L << 31 },
            CommonFields.Path("http_path") with { Default = "\"/\"" },
            CommonFields.Headers(CommonFields.HeaderName("name")),
            Field.String("https_sni") with { Check = HostChecks.Sni },
            Field.Boolean("https_verify_certificate") with { Default = "true" },
            Record("healthy", Seconds("interval", "0"), Statuses("[200,302]"), Counter("successes")),
            Record(
                "unhealthy",
                Seconds("interval", "0"),
                Statuses("[429,404,500,501,502,503,504,505]"),
                Counter("tcp_failures"),
                Counter("timeouts"),
                Counter("http_failures"))),
        Record(
            "passive",
            CheckType(),
            Record("healthy", Statuses("[200,201,202,203,204,205,206,207,208,226,300,301,302,303,304,305,306,307,308]"), Counter("successes")),
            Record("unhealthy", Statuses("[429,500,503]"), Counter("tcp_failures"), Counter("timeouts"), Counter("http_failures"))),
        Field.Number("threshold") with { Default = "0", Min = 0, Max = 100 });

    private static Field Record(string name, params IReadOnlyList<Field> fields) => Field.Record(name, fields) with { Default = "{}" };

    private static Field CheckType() => Field.String("type") with { Default = "\"http\"", OneOf = ["tcp", "http", "https", "grpc", "grpcs"] };

    private static Field Seconds(string name, string initial) => Field.Number(name) with { Default = initial, Min = 0, Max = 65535 };

    private static Field Counter(string name) => Field.Integer(name) with { Default = "0", Min = 0, Max = 255 };

    private static Field Statuses(string initial) =>
        Field.Array("http_statuses", Field.Integer("status") with { Min = 100, Max = 999 }) with { Default = initial };
}
