namespace Mesh.Silo.Admin.Access;

/// <summary>Who asks, or why that is not known.</summary>
/// <param name="Reason">For the audit only: answers tell nobody what was wrong with a credential.</param>
internal sealed record Identification(Caller? Caller, string? Reason)
{
    public static Identification Of(Caller caller) => new(caller, null);

    public static Identification Unknown(string reason) => new(null, reason);
}
