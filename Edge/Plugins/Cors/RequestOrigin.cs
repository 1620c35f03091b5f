namespace Mesh.Edge.Plugins.Cors;

/// <summary>A web origin, without a port that its scheme implies.</summary>
/// <param name="Text">As it is compared and answered.</param>
internal readonly record struct RequestOrigin(string Text, string Host)
{
    private const int MaxLength = 2048;

    /// <summary>What is no URL with a host (such as <c>null</c>) stands for itself.</summary>
    public static RequestOrigin Parse(string text)
    {
        if (text.Length > MaxLength || !text.Contains("://", StringComparison.Ordinal) || !Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Host.Length == 0)
        {
            return new RequestOrigin(text, text);
        }

        string port = url.IsDefaultPort ? "" : $":{url.Port}";
        return new RequestOrigin($"{url.Scheme}://{url.Host}{port}", url.Host);
    }
}
