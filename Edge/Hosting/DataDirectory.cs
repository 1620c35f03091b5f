using Mesh.Edge.Sync.LastKnownGood;

namespace Mesh.Edge.Hosting;

/// <summary>The directory of what an edge keeps. Written to or not, an edge with certificates and configuration in it can serve.</summary>
internal static class DataDirectory
{
    /// <summary>One line when there is no directory and none can be made; null when there is one.</summary>
    public static string? Check(string path)
    {
        try
        {
            DurableFile.CreateDirectory(path);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"MESH_DATA_DIR \"{path}\": {failure.Message}; expected a directory that this user may write to";
        }
    }
}
