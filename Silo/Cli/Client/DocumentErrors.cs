using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mesh.Silo.Cli.Client;

/// <summary>What the Admin API found wrong with a document, one line each, as compilers write it: <c>file:line:column: place: message</c>.</summary>
internal static partial class DocumentErrors
{
    public static IEnumerable<string> Lines(DocumentFile document, AdminReply reply)
    {
        if (Unreadable().Match(reply.Message) is { Success: true } unreadable)
        {
            yield return $"{document.Name}:{unreadable.Groups["line"].Value}:{unreadable.Groups["column"].Value}: {unreadable.Groups["message"].Value}";
            yield break;
        }

        if (reply.Body.ValueKind != JsonValueKind.Object || !reply.Body.TryGetProperty("errors", out JsonElement errors))
        {
            yield return $"{document.Name}: {reply.Message}";
            yield break;
        }

        DocumentPlaces places = new(document.Content);
        foreach (JsonElement error in errors.EnumerateArray())
        {
            string place = error.GetProperty("place").GetString() ?? "";
            foreach ((string field, string message) in Messages(error))
            {
                string full = (place, field) switch
                {
                    ("", _) => field,
                    (_, "") => place,
                    _ => field.StartsWith(place, StringComparison.Ordinal) ? field : $"{place}.{field}",
                };
                string at = places.Find(full) is { } found ? string.Create(CultureInfo.InvariantCulture, $":{found.Line}:{found.Column}") : "";
                yield return full.Length > 0 ? $"{document.Name}{at}: {full}: {message}" : $"{document.Name}{at}: {message}";
            }
        }
    }

    private static IEnumerable<(string Field, string Message)> Messages(JsonElement error)
    {
        if (error.TryGetProperty("fields", out JsonElement fields) && fields.ValueKind == JsonValueKind.Object)
        {
            (string, string)[] leaves = [.. Leaves(fields, "")];
            if (leaves.Length > 0)
            {
                return leaves;
            }
        }

        return [("", error.GetProperty("message").GetString() ?? "")];
    }

    private static IEnumerable<(string Field, string Message)> Leaves(JsonElement node, string path) => node.ValueKind switch
    {
        JsonValueKind.String => [(path, node.GetString()!)],
        JsonValueKind.Object => node.EnumerateObject().SelectMany(member => Leaves(member.Value, Join(path, member.Name))),

        // What concerns the entity as a whole stands in a list beneath @entity.
        JsonValueKind.Array => node.EnumerateArray().SelectMany((element, index) =>
            Leaves(element, path.EndsWith("@entity", StringComparison.Ordinal) ? path[..^"@entity".Length].TrimEnd('.') : Join(path, (index + 1).ToString(CultureInfo.InvariantCulture)))),
        _ => [],
    };

    private static string Join(string path, string step) => path.Length == 0 ? step : $"{path}.{step}";

    [GeneratedRegex(@"^(declarative config is invalid: )?(?<message>.*) \(line (?<line>\d+), column (?<column>\d+)\)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unreadable();
}
