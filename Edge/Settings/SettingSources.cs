using System.Collections;
using System.Text.Json;

namespace Mesh.Edge.Settings;

/// <summary>
/// The places that settings come from. The command line beats the environment, which beats the <c>Mesh</c> section of
/// <c>appsettings.json</c>.
/// </summary>
internal sealed class SettingSources
{
    public const string File = "appsettings.json";
    private const string Section = "Mesh";

    private readonly Dictionary<string, SettingText> texts = new(StringComparer.Ordinal);

    /// <param name="commandLine">Values by the setting's name.</param>
    /// <param name="environment">As <see cref="Environment.GetEnvironmentVariables()"/>; empty values count as not set.</param>
    /// <param name="json">Content of <c>appsettings.json</c>; null when there is none.</param>
    public SettingSources(IReadOnlyDictionary<string, string> commandLine, IDictionary environment, string? json)
    {
        ReadJson(json);
        foreach (DictionaryEntry variable in environment)
        {
            if (variable.Key is string name && name.StartsWith(Setting.Prefix, StringComparison.Ordinal) && variable.Value is string { Length: > 0 } text)
            {
                texts[name] = new SettingText(text, "environment");
            }
        }

        foreach ((string name, string text) in commandLine)
        {
            texts[name] = new SettingText(text, "command line");
        }
    }

    /// <summary>What is wrong with <c>appsettings.json</c> as a whole.</summary>
    public SettingProblem? FileProblem { get; private set; }

    public IReadOnlyDictionary<string, SettingText> Texts => texts;

    /// <summary>The sources of this process; <c>appsettings.json</c> is looked for in the working directory, then beside the executable.</summary>
    public static SettingSources OfProcess(IReadOnlyDictionary<string, string> commandLine)
    {
        string? path = new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory }
            .Select(directory => Path.Combine(directory, File))
            .FirstOrDefault(System.IO.File.Exists);
        return new SettingSources(commandLine, Environment.GetEnvironmentVariables(), path is null ? null : System.IO.File.ReadAllText(path));
    }

    private void ReadJson(string? json)
    {
        if (json is null)
        {
            return;
        }

        try
        {
            JsonDocumentOptions options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            using JsonDocument document = JsonDocument.Parse(json, options);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(Section, out JsonElement section))
            {
                return;
            }

            foreach (JsonProperty property in section.EnumerateObject())
            {
                texts[Setting.NameOf(property.Name)] = new SettingText(TextOf(property.Value), File);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            FileProblem = new SettingProblem(File, null, "working directory", e.Message, $"a JSON object whose \"{Section}\" member holds settings by name");
        }
    }

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(TextOf)),
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };
}

/// <param name="Origin">Where the value was found, for messages.</param>
internal sealed record SettingText(string Value, string Origin);
