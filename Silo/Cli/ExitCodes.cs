namespace Mesh.Silo.Cli;

internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>Bad input, a refusal or a server that cannot be reached; standard error says which.</summary>
    public const int Failure = 1;

    /// <summary>What was compared differs (<c>mesh diff</c>, <c>--dry-run</c>).</summary>
    public const int Differences = 2;
}
