using System.Globalization;
using System.Text.Json;

namespace Mesh.Silo.Cli.Client;

/// <summary>Changes of entities as lines for people: <c>+</c> made, <c>~</c> changed (with what and how), <c>-</c> removed.</summary>
internal static class ChangeLines
{
    /// <summary>Longest value that is shown, in characters.</summary>
    private const int MaxValueLength = 120;

    public static void Write(TextWriter output, JsonElement changes)
    {
        foreach (JsonElement change in changes.EnumerateArray())
        {
            string operation = change.GetProperty("operation").GetString()!;
            output.WriteLine($"{Sign(operation)} {Name(change)}");
            if (operation == "update")
            {
                foreach (JsonElement field in change.GetProperty("fields").EnumerateArray())
                {
                    string path = field.GetString()!;
                    output.WriteLine($"    {path}: {Value(change.GetProperty("before"), path)} -> {Value(change.GetProperty("after"), path)}");
                }
            }
        }
    }

    /// <summary>Such as <c>1 created, 2 updated, 0 deleted</c>.</summary>
    public static string Count(JsonElement changes)
    {
        ILookup<string?, JsonElement> operations = changes.EnumerateArray().ToLookup(change => change.GetProperty("operation").GetString());
        return string.Create(CultureInfo.InvariantCulture, $"{operations["create"].Count()} created, {operations["update"].Count()} updated, {operations["delete"].Count()} deleted");
    }

    private static string Name(JsonElement change)
    {
        string kind = change.GetProperty("kind").GetString()!;
        string id = change.GetProperty("id").GetString()!;
        return change.GetProperty("name").GetString() is { } name ? $"{kind}/{name} ({id})" : $"{kind}/{id}";
    }

    private static char Sign(string operation) => operation switch
    {
        "create" => '+',
        "delete" => '-',
        _ => '~',
    };

    private static string Value(JsonElement document, string path)
    {
        foreach (string step in path.Split('.'))
        {
            if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty(step, out document))
            {
                return "null";
            }
        }

        string text = document.GetRawText();
        return text.Length > MaxValueLength ? $"{text[..MaxValueLength]}…" : text;
    }
}
