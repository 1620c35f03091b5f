using Mesh.Edge.Plugins.Fields;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Mesh.Edge.Plugins.ResponseTransformer;

/// <summary>
/// What is done to the headers of an answer. As in Kong, whether a header is there, and what it says, is asked of the answer
/// as it came: <c>add</c> does not set what <c>remove</c> has taken away.
/// </summary>
internal sealed class HeaderChanges
{
    private readonly Change[] changes;

    /// <exception cref="FormatException">A change would break the message's framing.</exception>
    public HeaderChanges(ResponseTransformerSettings settings)
    {
        changes =
        [
            .. Of(ChangeKind.Remove, settings.Remove).Where(change => !IsFraming(change) || IsLength(change)),
            .. Of(ChangeKind.Rename, settings.Rename),
            .. Of(ChangeKind.Replace, settings.Replace),
            .. Of(ChangeKind.Add, settings.Add),
            .. Of(ChangeKind.Append, settings.Append),
        ];
        if (changes.FirstOrDefault(change => change.Kind != ChangeKind.Remove && IsFraming(change)).Name is { } framing)
        {
            throw new FormatException($"header '{framing}' frames the message and is the edge's own");
        }
    }

    public void Apply(IHeaderDictionary headers)
    {
        if (changes.Length == 0)
        {
            return;
        }

        var before = new StringValues[changes.Length];
        for (int i = 0; i < changes.Length; i++)
        {
            before[i] = headers[changes[i].Name];
        }

        for (int i = 0; i < changes.Length; i++)
        {
            (ChangeKind kind, string name, string value) = changes[i];
            bool present = before[i].Count > 0;
            switch (kind)
            {
                case ChangeKind.Remove:
                    headers.Remove(name);
                    break;
                case ChangeKind.Rename when present:
                    headers.Remove(name);
                    headers[value] = before[i];
                    break;
                case ChangeKind.Replace when present:
                case ChangeKind.Add when !present:
                    headers[name] = value;
                    break;
                case ChangeKind.Append:
                    headers.Append(name, value);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Entries without a value do nothing, but for those that remove.</summary>
    private static IEnumerable<Change> Of(ChangeKind kind, ResponseTransformerSettings.ChangeSettings settings) => settings.Headers
        .Select(FieldEntry.Split)
        .Where(entry => kind == ChangeKind.Remove || entry.Value.Length > 0)
        .Select(entry => new Change(kind, entry.Name, HeaderText.Encode(entry.Value)));

    private static bool IsFraming(Change change) =>
        HeaderFields.IsFraming(change.Name) || (change.Kind == ChangeKind.Rename && HeaderFields.IsFraming(change.Value));

    /// <summary>Without its length a body is framed by the connection's protocol; the rest is the edge's own.</summary>
    private static bool IsLength(Change change) => change.Name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase);

    private readonly record struct Change(ChangeKind Kind, string Name, string Value);
}
