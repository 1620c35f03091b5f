using System.Globalization;
using System.Text.RegularExpressions;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins.Fields;

namespace Mesh.Edge.Plugins.RequestTransformer;

/// <summary>Where a template takes a value from.</summary>
internal sealed record TemplateSource(TemplateSourceKind Kind, string Name)
{
    /// <summary>Null when the request has none.</summary>
    public string? Find(Exchange exchange) => Kind switch
    {
        TemplateSourceKind.Literal => Name,
        TemplateSourceKind.Header => Header(exchange),
        TemplateSourceKind.Query => exchange.UpstreamQuery.Length > 1 && Arguments.Parse(exchange.UpstreamQuery.AsSpan(1))?.Values(Name) is [{ } value, ..] ? value : null,
        _ => Capture(exchange.Match.Captures),
    };

    /// <summary>As in Kong an underscore may stand for a hyphen, since Lua's dot cannot.</summary>
    private string? Header(Exchange exchange) =>
        exchange.Http.Request.Headers[Name] is [{ } value, ..] ? value
        : Name.Contains('_') && exchange.Http.Request.Headers[Name.Replace('_', '-')] is [{ } hyphened, ..] ? hyphened
        : null;

    private string? Capture(Match? captures)
    {
        if (captures is null)
        {
            return null;
        }

        Group group = int.TryParse(Name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? captures.Groups[number] : captures.Groups[Name];
        return group.Success ? group.Value : null;
    }
}
