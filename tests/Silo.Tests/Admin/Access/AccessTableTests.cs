using Mesh.Abstractions.Access;
using Mesh.Edge.Plugins;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin;

namespace Mesh.Silo.Tests.Admin.Access;

/// <summary>
/// Every declared path with every method by every role, over the wire. What may be done stands here once more, in other words
/// than in the code: a new path that is not named here fails.
/// </summary>
public class AccessTableTests
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
    private static readonly EntitySchemas Schemas = new(PluginCatalog.Default);

    /// <summary>Roles that may read and roles that may write: a(dmin), o(perator), v(iewer), e(dge).</summary>
    private static readonly Dictionary<string, (string Read, string Write)> Expected = new()
    {
        ["/"] = ("aov", "ao"),
        ["/status"] = ("aov", "ao"),
        ["/endpoints"] = ("aov", "aov"),
        ["/openapi.json"] = ("aov", "aov"),
        ["/docs"] = ("aov", "aov"),
        ["/docs/{asset}"] = ("aov", "aov"),
        ["/timers"] = ("aov", "ao"),
        ["/kconfig.js"] = ("aov", "aov"),
        ["/cache"] = ("aov", "ao"),
        ["/cache/{key}"] = ("aov", "ao"),
        ["/debug/node/log-level"] = ("aov", "ao"),
        ["/debug/node/log-level/{level}"] = ("aov", "ao"),
        ["/tags"] = ("aov", "ao"),
        ["/tags/{tag}"] = ("aov", "ao"),
        ["/plugins/enabled"] = ("aov", "aov"),
        ["/plugins/schema/{plugin}"] = ("aov", "aov"),
        ["/upstreams/{upstream}/health"] = ("aov", "ao"),
        ["/upstreams/{upstream}/targets/all"] = ("aov", "ao"),
        ["/upstreams/{upstream}/targets/{target}/healthy"] = ("aov", "ao"),
        ["/upstreams/{upstream}/targets/{target}/unhealthy"] = ("aov", "ao"),
        ["/upstreams/{upstream}/targets/{target}/{address}/healthy"] = ("aov", "ao"),
        ["/upstreams/{upstream}/targets/{target}/{address}/unhealthy"] = ("aov", "ao"),
        ["/config"] = ("aov", "ao"),
        ["/batch"] = ("aov", "ao"),
        ["/commits"] = ("aov", "ao"),
        ["/commits/{commit}"] = ("aov", "ao"),
        ["/commits/{commit}/revert"] = ("aov", "ao"),
        ["/explain"] = ("aov", "aov"),
        ["/search"] = ("aov", "ao"),
        ["/access/self"] = ("aove", ""),
        ["/access/tokens"] = ("a", "a"),
        ["/access/tokens/{token}"] = ("a", "a"),
        ["/audit"] = ("a", "a"),
        ["/gateways"] = ("aove", ""),
        ["/edges"] = ("aov", "ao"),
        ["/edges/listeners"] = ("aov", "ao"),
        ["/edges/{edge}"] = ("aov", "ao"),
        ["/listeners/{listener}/status"] = ("aov", "ao"),
        ["/firewall"] = ("aov", "ao"),
        ["/metrics"] = ("aov", "ao"),
        ["/metrics/summary"] = ("aov", "ao"),
        ["/routes/{route}/traffic"] = ("aov", "ao"),
        ["/services/{service}/traffic"] = ("aov", "ao"),
        ["/upstreams/{upstream}/traffic"] = ("aov", "ao"),
        ["/schemas/plugins/validate"] = ("aov", "aov"),
        ["/schemas/plugins/{plugin}"] = ("aov", "aov"),
        ["/schemas/vaults/validate"] = ("aov", "aov"),
        ["/schemas/vaults/{vault}"] = ("aov", "aov"),
        ["/schemas/{kind}"] = ("aov", "aov"),
        ["/schemas/{kind}/validate"] = ("aov", "aov"),
    };

    [Fact]
    public void Every_path_is_named_here()
    {
        string[] unnamed = [.. AdminRoutes.All(Schemas).Select(route => route.Template).Distinct().Where(template => Rule(template) is null)];
        Assert.True(unnamed.Length == 0, $"say here who may use {string.Join(", ", unnamed)}");
        Assert.Empty(Expected.Keys.Except(AdminRoutes.All(Schemas).Select(route => route.Template)));
    }

    [Fact]
    public async Task Each_role_may_do_what_the_table_says_and_nothing_else()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        (char Role, string Token)[] roles =
        [
            ('a', GuardedAdmin.AdminToken),
            ('a', await admin.Token("an-admin", AccessRole.Admin)),
            ('o', await admin.Token("an-operator", AccessRole.Operator)),
            ('v', await admin.Token("a-viewer", AccessRole.Viewer)),
            ('e', await admin.Token("an-edge", AccessRole.Edge)),
            ('e', GuardedAdmin.EdgeToken),
        ];
        int checks = 0;
        List<string> wrong = [];
        foreach (string template in AdminRoutes.All(Schemas).Select(route => route.Template).Distinct())
        {
            (string read, string write) = Rule(template)!.Value;
            string path = string.Join('/', template.Split('/').Select(segment => segment switch { "{kind}" => "routes", ['{', ..] => Guid.Empty.ToString(), _ => segment }));
            foreach (string method in Methods)
            {
                foreach ((char role, string token) in roles)
                {
                    bool allowed = (method is "GET" or "HEAD" ? read : write).Contains(role, StringComparison.Ordinal);
                    int status = (int)(await admin.Send(method, path, token)).Status;
                    checks++;
                    if (status is 401 or 429 || (status == 403) == allowed)
                    {
                        wrong.Add($"{role} {method} {template}: {status}");
                    }
                }

                int stranger = (int)(await admin.Send(method, path, token: null)).Status;
                if (stranger is not (401 or 429))
                {
                    wrong.Add($"nobody {method} {template}: {stranger}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(checks > 3000, $"{checks}");
    }

    /// <summary>Paths of entities are all alike; null for a fixed path that is not in the table.</summary>
    private static (string Read, string Write)? Rule(string template)
    {
        if (Expected.TryGetValue(template, out (string, string) rule))
        {
            return rule;
        }

        string[] segments = template.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return Schemas.FindByAdminName(segments[0]) is not null && segments.Length is <= 5 && (segments.Length < 3 || segments is [_, ['{', ..], _] or [_, ['{', ..], _, ['{', ..]] or [_, ['{', ..], _, ['{', ..], "history"])
            && IsOfEntities(segments)
            ? ("aov", "ao")
            : null;
    }

    /// <summary>A third segment is a nested kind, a foreign field, or the history.</summary>
    private static bool IsOfEntities(string[] segments) => segments.Length < 3
        || segments[2] == "history"
        || Schemas.All.Any(schema => schema.AdminName == segments[2] || schema.AdminNestedName == segments[2])
        || Schemas.FindByAdminName(segments[0])!.Find(segments[2]) is not null;
}
