namespace Mesh.Edge.Forwarding.Http1;

/// <summary>A response body taken whole.</summary>
/// <param name="Body">Empty when it could not be.</param>
/// <param name="Failure">Why it could not be; null when it was.</param>
internal readonly record struct WholeResponse(ReadOnlyMemory<byte> Body, WholeResponse.Flaw? Failure = null)
{
    public static WholeResponse Broken { get; } = new(default, Flaw.Broken);
    public static WholeResponse TooLong { get; } = new(default, Flaw.TooLong);

    public enum Flaw
    {
        /// <summary>It broke off.</summary>
        Broken,

        /// <summary>It is longer than <see cref="WholeBody.MaxBytes"/>.</summary>
        TooLong,
    }
}
