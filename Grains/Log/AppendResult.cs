namespace Mesh.Grains.Log;

internal enum AppendStatus
{
    /// <summary>The commit is durable.</summary>
    Appended,

    /// <summary>Its operation id was already recorded, at <see cref="AppendResult.Revision"/>; nothing was written now.</summary>
    Recorded,

    /// <summary>The log does not stand where the writer thought; it stands at <see cref="AppendResult.Revision"/>.</summary>
    Conflict,
}

internal readonly record struct AppendResult(AppendStatus Status, long Revision);
