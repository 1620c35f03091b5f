using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Mesh.Edge.Plugins.Fields;

/// <summary>The headers that go to the upstream. Host is only ever replaced, and stands apart.</summary>
internal sealed class HeaderFields(Exchange exchange) : IFields
{
    private readonly IHeaderDictionary headers = exchange.Http.Request.Headers;

    public bool Changed { get; private set; }

    public IReadOnlyList<string> Values(string name) => [.. headers[name].OfType<string>()];

    public void Remove(string name)
    {
        if (!IsFixed(name))
        {
            Changed |= headers.Remove(name);
        }
    }

    public void Rename(string name, string newName)
    {
        if (IsFixed(name) || IsFixed(newName) || name.Equals(newName, StringComparison.OrdinalIgnoreCase) || !headers.TryGetValue(name, out StringValues values))
        {
            return;
        }

        headers.Remove(name);
        headers[newName] = values;
        Changed = true;
    }

    public void Replace(string name, string value)
    {
        if (IsHost(name))
        {
            exchange.UpstreamHost = HeaderText.Encode(value);
        }
        else if (!IsFraming(name) && headers.ContainsKey(name))
        {
            headers[name] = HeaderText.Encode(value);
            Changed = true;
        }
    }

    public void Add(string name, string value)
    {
        if (!IsFixed(name) && !headers.ContainsKey(name))
        {
            headers[name] = HeaderText.Encode(value);
            Changed = true;
        }
    }

    public void Append(string name, string value)
    {
        if (!IsFixed(name))
        {
            headers.Append(name, HeaderText.Encode(value));
            Changed = true;
        }
    }

    /// <summary>These tell where the message ends; nobody but the edge sets them.</summary>
    public static bool IsFraming(string name) =>
        name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.TransferEncoding, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.Connection, StringComparison.OrdinalIgnoreCase);

    /// <summary>Host and what frames the message are the edge's own.</summary>
    public static bool IsFixed(string name) => IsHost(name) || IsFraming(name);

    private static bool IsHost(string name) => name.Equals(HeaderNames.Host, StringComparison.OrdinalIgnoreCase);
}
