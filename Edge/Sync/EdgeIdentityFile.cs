using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Hosting;
using Mesh.Edge.Settings;
using Mesh.Edge.Sync.LastKnownGood;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Sync;

/// <summary>Keeps an edge's id over restarts.</summary>
internal static partial class EdgeIdentityFile
{
    private const string Name = "id";
    private const int MaxIdBytes = 256;

    /// <param name="directory">The edge's directory of state; made when missing.</param>
    public static EdgeIdentity Load(string directory, EdgeSettings settings, TimeProvider time, ILogger logger) => new(
        LoadId(directory, logger),
        Guid.NewGuid(),
        Dns.GetHostName(),
        MeshVersion.Current,
        RuntimeInformation.FrameworkDescription,
        settings.Region,
        settings.Zone,
        time.GetUtcNow(),
        MachineAddresses.Read());

    private static Guid LoadId(string directory, ILogger logger)
    {
        string path = Path.Combine(directory, Name);
        try
        {
            if (File.Exists(path))
            {
                if (new FileInfo(path).Length <= MaxIdBytes && Guid.TryParse(File.ReadAllText(path).Trim(), CultureInfo.InvariantCulture, out Guid known) && known != Guid.Empty)
                {
                    return known;
                }

                LogDamaged(logger, path);
            }

            var id = Guid.NewGuid();
            DurableFile.CreateDirectory(directory);
            DurableFile.Replace(path, file => file.Write(System.Text.Encoding.ASCII.GetBytes(id.ToString())));
            return id;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotKept(logger, path, failure.Message);
            return Guid.NewGuid();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} does not hold an id; this edge takes a new one")]
    private static partial void LogDamaged(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} cannot be used ({Reason}); this edge has a new id until its next start")]
    private static partial void LogNotKept(ILogger logger, string path, string reason);
}
