using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.Config;

/// <summary>Problems as a tree along their places (<c>services[2].routes[0]</c>), arrays with null holes, as Kong's <c>fields</c>.</summary>
internal static class ProblemTree
{
    public static JsonObject Of(IEnumerable<EntityProblem> problems)
    {
        JsonObject root = [];
        foreach (EntityProblem problem in problems)
        {
            JsonNode fields = problem.Fields is { } json ? JsonNode.Parse(json)! : new JsonObject { ["@entity"] = new JsonArray(problem.Message) };
            if (fields is JsonObject members)
            {
                Merge(Descend(root, problem.Place ?? ""), members);
            }
        }

        return root;
    }

    private static JsonObject Descend(JsonObject root, string place)
    {
        JsonObject node = root;
        foreach (string step in place.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            int bracket = step.IndexOf('[');
            node = bracket > 0 && int.TryParse(step[(bracket + 1)..].TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                ? Element(node, step[..bracket], index)
                : Member(node, step);
        }

        return node;
    }

    private static JsonObject Member(JsonObject node, string name)
    {
        if (node[name] is not JsonObject child)
        {
            node[name] = child = [];
        }

        return child;
    }

    private static JsonObject Element(JsonObject node, string name, int index)
    {
        if (node[name] is not JsonArray array)
        {
            node[name] = array = [];
        }

        while (array.Count <= index)
        {
            array.Add(null);
        }

        if (array[index] is not JsonObject child)
        {
            array[index] = child = [];
        }

        return child;
    }

    private static void Merge(JsonObject node, JsonObject members)
    {
        foreach ((string name, JsonNode? value) in members)
        {
            if (!node.ContainsKey(name))
            {
                node[name] = value?.DeepClone();
            }
        }
    }
}
