namespace Mesh.Edge.Streams;

/// <summary>What the clock of streams looks after.</summary>
internal interface ITimed
{
    /// <param name="now">A time stamp of <see cref="TimeProvider.GetTimestamp"/>.</param>
    void Check(long now);
}
