using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary>
/// The OpenAPI 3.1 document of the Admin API: every path of <see cref="AdminRoutes"/> with every method that its resource
/// answers, and nothing else. Schemas of entities and plugins come from their declarations.
/// </summary>
internal sealed class OpenApiDocument(EntitySchemas schemas, string version)
{
    /// <summary>Good for any key: some kinds are found by id only.</summary>
    private const string AnyKey = "00000000-0000-0000-0000-000000000000";

    private static readonly string[] TagOrder =
    [
        EntityKinds.Services, EntityKinds.Routes, EntityKinds.Consumers, EntityKinds.Plugins, EntityKinds.Upstreams, EntityKinds.Targets,
        EntityKinds.KeyAuthCredentials, EntityKinds.BasicAuthCredentials, EntityKinds.Acls, EntityKinds.Certificates, EntityKinds.Snis,
        EntityKinds.CaCertificates, EntityKinds.KeySets, EntityKinds.Keys, EntityKinds.Vaults, EntityKinds.Listeners, "configuration", "explain", "fleet", "access", "schemas", "node",
    ];

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>What nobody has described, as <c>GET /status</c>; filled by <see cref="Build"/>.</summary>
    public List<string> Undescribed { get; } = [];

    public JsonObject Build()
    {
        IReadOnlyList<AdminRoute> routes = AdminRoutes.All(schemas);
        JsonObject paths = [];
        foreach (AdminRoute route in routes.DistinctBy(route => route.Template).OrderBy(route => route.Template.Count(c => c == '/')))
        {
            paths[route.Template] = Path(route, routes);
        }

        JsonObject components = [];
        EntityComponents.AddTo(components, schemas);
        AnswerComponents.AddTo(components);
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Mesh Admin API",
                ["version"] = version,
                ["description"] = "Kong's Admin API, and what Mesh has beside it. Every answer carries `X-Mesh-Revision`. HEAD is answered wherever GET is, OPTIONS everywhere; all paths are also known below `/default`.",
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "This Admin API." }),
            ["security"] = new JsonArray(new JsonObject(), new JsonObject { ["bearer"] = new JsonArray() }, new JsonObject { ["header"] = new JsonArray() }, new JsonObject { ["certificate"] = new JsonArray() }),
            ["tags"] = Tags(paths),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = components,
                ["parameters"] = SharedParts.Parameters(),
                ["headers"] = SharedParts.Headers(),
                ["responses"] = SharedParts.Responses(),
                ["securitySchemes"] = SharedParts.SecuritySchemes(),
            },
        };
    }

    /// <summary>Kinds of entities in the order in which people meet them, then the rest.</summary>
    private static JsonArray Tags(JsonObject paths)
    {
        HashSet<string> used = [.. paths.SelectMany(path => path.Value!.AsObject())
            .Where(member => member.Key != "parameters").Select(member => member.Value!["tags"]![0]!.GetValue<string>())];
        return [.. TagOrder.Where(used.Contains).Concat(used.Except(TagOrder).Order(StringComparer.Ordinal)).Select(tag => new JsonObject { ["name"] = tag })];
    }

    private JsonObject Path(AdminRoute route, IReadOnlyList<AdminRoute> routes)
    {
        JsonObject path = [];
        if (route.Parameters.Count > 0)
        {
            path["parameters"] = new JsonArray([.. route.Parameters.Select(Parameter)]);
        }

        AdminResource resource = Open(route);
        foreach (string method in Methods.Where(method => resource.Handler(method) is not null))
        {
            Operation? operation = FixedOperations.Find(method, route.Template) ?? OfEntities(route, resource, method, routes);
            if (operation is null)
            {
                Undescribed.Add($"{method} {route.Template}");
            }

            path[method.ToLowerInvariant()] = OperationJson.Write(
                operation ?? new Operation("other", $"{method} {route.Template}") { Answers = [(200, "As asked.", Shape.Any)] }, method, route.Template);
        }

        return path;
    }

    /// <summary>The kind shows by what the path names, or by the path above it.</summary>
    private Operation? OfEntities(AdminRoute route, AdminResource resource, string method, IReadOnlyList<AdminRoute> routes)
    {
        if (resource.Target is { } target)
        {
            return target.Key is null
                ? EntityOperations.Collection(target.Schema, method, target.Parent?.Kind)
                : EntityOperations.Single(target.Schema, method, target.Parent?.Kind);
        }

        int last = route.Template.LastIndexOf('/');
        string name = route.Template[(last + 1)..];
        if (routes.FirstOrDefault(other => other.Template == route.Template[..last]) is not { } above || Open(above).Target is not { Schema: var owner } named)
        {
            return null;
        }

        return name switch
        {
            "history" => EntityOperations.History(owner, method, named.Parent?.Kind),
            "all" => EntityOperations.Collection(owner, method, named.Parent?.Kind),
            _ => owner.Find(name) is { Type: FieldType.Foreign, Reference: { } kind } ? EntityOperations.Single(schemas.Find(kind)!, method, owner.Kind) : null,
        };
    }

    private static AdminResource Open(AdminRoute route) =>
        route.Open([.. route.Parameters.Select(name => name == "kind" ? EntityKinds.Routes : AnyKey)])
        ?? throw new InvalidOperationException($"{route.Template} opens nothing for any key");

    private static JsonObject Parameter(string name) => new()
    {
        ["name"] = name,
        ["in"] = "path",
        ["required"] = true,
        ["description"] = name switch
        {
            "commit" => "A revision; for reading also two with `..` between them.",
            "kind" => "As in paths (`key-sets`) or in documents (`key_sets`).",
            "level" => "debug, info, notice, warn, error or crit.",
            "plugin" or "vault" or "tag" or "asset" => "By name.",
            "edge" => "By id.",
            _ => "By id, or by what names it.",
        },
        ["schema"] = Shape.Text,
    };
}
