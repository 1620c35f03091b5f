using System.Globalization;
using System.Text.Json.Nodes;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary>An operation in the document's form, with what all operations have.</summary>
internal static class OperationJson
{
    private const string Json = "application/json";

    /// <summary>Every request can be refused for these.</summary>
    private static readonly int[] CommonErrors = [400, 401, 403, 429, 503];

    public static JsonObject Write(Operation operation, string method, string template)
    {
        JsonObject json = new()
        {
            ["operationId"] = Id(method, template),
            ["tags"] = new JsonArray(operation.Tag),
            ["summary"] = operation.Summary,
        };
        if (operation.Description is { } description)
        {
            json["description"] = description;
        }

        JsonArray parameters = Parameters(operation);
        if (parameters.Count > 0)
        {
            json["parameters"] = parameters;
        }

        if (operation.Body is not null)
        {
            json["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Body(operation) };
        }

        json["responses"] = Responses(operation);
        return json;
    }

    private static JsonArray Parameters(Operation operation) =>
    [
        .. operation.Parameters.Where(name => operation.Query.All(own => own.Name != name)).Select(name => new JsonObject { ["$ref"] = $"#/components/parameters/{name}" }),
        .. operation.Query.Select(own => new JsonObject { ["name"] = own.Name, ["in"] = "query", ["description"] = own.Description, ["schema"] = own.Schema.DeepClone() }),
    ];

    private static JsonObject Body(Operation operation)
    {
        JsonObject main = new() { ["schema"] = operation.Body!.DeepClone() };
        if (operation.BodyExample is { } example)
        {
            main["example"] = example.DeepClone();
        }

        JsonObject content = new() { [Json] = main };
        foreach (string type in operation.BodyTypes)
        {
            content[type] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "object" } };
        }

        return content;
    }

    private static JsonObject Responses(Operation operation)
    {
        JsonObject responses = [];
        foreach ((int status, string description, JsonObject? schema) in operation.Answers)
        {
            JsonObject response = new() { ["description"] = description, ["headers"] = Headers(operation) };
            if (schema is not null)
            {
                response["content"] = new JsonObject { [operation.AnswerType] = new JsonObject { ["schema"] = schema.DeepClone() } };
            }

            responses[Text(status)] = response;
        }

        foreach (int status in operation.Errors.Concat(CommonErrors).Distinct().Order())
        {
            responses[Text(status)] = new JsonObject { ["$ref"] = $"#/components/responses/{SharedParts.ErrorName(status)}" };
        }

        return responses;
    }

    private static JsonObject Headers(Operation operation)
    {
        JsonObject headers = new() { ["X-Mesh-Revision"] = Reference("Revision") };
        if (operation.Parameters.Contains(SharedParts.IfNoneMatch) || operation.Parameters.Contains(SharedParts.IfMatch))
        {
            headers["ETag"] = Reference("ETag");
        }

        if (operation.Parameters.Contains(SharedParts.Wait))
        {
            headers["X-Mesh-Edges"] = Reference("Edges");
        }

        return headers;
    }

    private static JsonObject Reference(string header) => new() { ["$ref"] = $"#/components/headers/{header}" };

    /// <summary><c>get-services-service</c>: unique, for it is method and path.</summary>
    private static string Id(string method, string template) =>
        $"{method.ToLowerInvariant()}-{string.Join('-', template.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(segment => segment is ['{', .. var name, '}'] ? "by-" + name : segment))}".TrimEnd('-');

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
