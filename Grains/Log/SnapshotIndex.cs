using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mesh.Grains.Log;

/// <summary>A complete snapshot.</summary>
/// <param name="Token">Part of its keys; new for every attempt.</param>
/// <param name="Parts">Keys that it lies in.</param>
internal sealed record SnapshotInfo(long Revision, Guid Token, int Pages, int Parts);

/// <summary>Value of <see cref="LogKeys.Snapshots"/>: the complete snapshots, newest first.</summary>
internal sealed record SnapshotIndex(SnapshotInfo[] Snapshots)
{
    public static SnapshotIndex Empty { get; } = new([]);

    public SnapshotInfo? Newest => Snapshots.Length == 0 ? null : Snapshots[0];

    /// <summary>With a snapshot fewer kept, damage of the only one could not be made good from the log: then nothing is trimmed.</summary>
    public long TrimBound => Snapshots.Length < LogLimits.KeptSnapshots ? 0 : Snapshots[^1].Revision;

    public string Encode() => JsonSerializer.Serialize(this, SnapshotIndexJson.Default.SnapshotIndex);

    /// <exception cref="JsonException">Not an index.</exception>
    public static SnapshotIndex Decode(string? text) =>
        string.IsNullOrEmpty(text) ? Empty : JsonSerializer.Deserialize(text, SnapshotIndexJson.Default.SnapshotIndex)!;
}

[JsonSerializable(typeof(SnapshotIndex))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
internal sealed partial class SnapshotIndexJson : JsonSerializerContext;
