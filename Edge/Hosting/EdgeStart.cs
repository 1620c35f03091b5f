using System.Diagnostics.CodeAnalysis;

namespace Mesh.Edge.Hosting;

/// <summary>A running edge, or the one line that says why there is none.</summary>
internal sealed record EdgeStart(EdgeHost? Host, string? Problem)
{
    [MemberNotNullWhen(true, nameof(Host))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Started => Host is not null;
}
