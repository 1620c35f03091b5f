namespace Mesh.Edge.Plugins.Logging;

/// <summary>What log plugins write of a request or of a stream.</summary>
internal interface ILogRecord
{
    /// <summary>One JSON object in UTF-8 without a line break.</summary>
    ReadOnlyMemory<byte> Json { get; }
}
