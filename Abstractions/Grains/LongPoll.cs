namespace Mesh.Abstractions.Grains;

public static class LongPoll
{
    /// <summary>How long a call waits for news; well below the response timeout and the warning time of a slow request.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(15);
}
