using System.Text.Json;
using System.Text.RegularExpressions;
using Mesh.Edge.Plugins;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin;

namespace Mesh.Silo.Tests.Admin;

/// <summary>Whatever stands in the place of a key, every path answers by its form and none fails.</summary>
[Collection<AdminCollection>]
public partial class HostilePathTests(AdminFixture admin)
{
    private static readonly string[] Keys =
    [
        "absent", "00000000-0000-0000-0000-000000000000", "AAAAAAAA-0000-4000-8000-00000000000A", "..%2F..", "%00", "%FF", "%ED%A0%80", "*", "-1", "999999999999999999999", "1..2", "%0D%0Ax:1",
        "%22", "%F0%9F%92%A9", "{vault:%2F%2Fenv%2Fx}", "@entity", "all", "validate",
    ];

    public static TheoryData<string> Templates => [.. AdminRoutes.All(new EntitySchemas(PluginCatalog.Default)).Select(route => route.Template).Where(template => template.Contains('{')).Distinct()];

    [Theory, MemberData(nameof(Templates))]
    public async Task No_key_breaks_a_path(string template)
    {
        foreach (string key in Keys)
        {
            foreach (string method in new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" })
            {
                string path = Parameter().Replace(template, key);
                Reply reply = await admin.Client.Send(new HttpMethod(method), path, "{}"u8.ToArray(), "application/json");
                Assert.True((int)reply.Status < 500, $"{method} {path}: {(int)reply.Status} {reply.Text}");
                if (reply.Body.Length > 0)
                {
                    Assert.Equal(JsonValueKind.Object, reply.Json.ValueKind);
                }
            }
        }
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
