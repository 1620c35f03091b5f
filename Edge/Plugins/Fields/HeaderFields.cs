using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Plugins.Fields;

/// <summary>The headers that go to the upstream. Host is only ever replaced, and stands apart.</summary>
internal sealed class HeaderFields(Exchange exchange) : IFields
{
    private const string Host = "Host";
    private readonly IHeaderDictionary headers = exchange.Http.Request.Headers;

    public bool Changed { get; private set; }

    public IReadOnlyList<string> Values(string name) => [.. headers[name].OfType<string>()];

    public void Remove(string name)
    {
        if (!IsHost(name))
        {
            Changed |= headers.Remove(name);
        }
    }

    public void Rename(string name, string newName)
    {
        if (IsHost(name) || IsHost(newName) || name.Equals(newName, StringComparison.OrdinalIgnoreCase) || !headers.TryGetValue(name, out StringValues values))
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
        else if (headers.ContainsKey(name))
        {
            headers[name] = HeaderText.Encode(value);
            Changed = true;
        }
    }

    public void Add(string name, string value)
    {
        if (!IsHost(name) && !headers.ContainsKey(name))
        {
            headers[name] = HeaderText.Encode(value);
            Changed = true;
        }
    }

    public void Append(string name, string value)
    {
        if (!IsHost(name))
        {
            headers.Append(name, HeaderText.Encode(value));
            Changed = true;
        }
    }

    private static bool IsHost(string name) => name.Equals(Host, StringComparison.OrdinalIgnoreCase);
}
