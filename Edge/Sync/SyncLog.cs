using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Sync;

/// <summary>What the sync loop says to the operator.</summary>
internal static partial class SyncLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Serving revision {Revision} from disk ({Routes} routes) until the control plane is heard")]
    public static partial void Loaded(ILogger logger, long revision, int routes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Last-known-good configuration: {Note}")]
    public static partial void PassedOver(ILogger logger, string note);

    [LoggerMessage(Level = LogLevel.Information, Message = "The control plane is reached; its newest revision is {Head}")]
    public static partial void Connected(ILogger logger, long head);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The control plane is away ({Reason}); revision {Revision} is served on")]
    public static partial void Away(ILogger logger, string reason, long revision);

    [LoggerMessage(Level = LogLevel.Error, Message = "Revision {Revision} cannot be applied; revision {Served} is served on")]
    public static partial void Refused(ILogger logger, long revision, long served, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "The control plane's log has gone back: it stands at revision {Revision}, behind revision {Served} that this edge serves. Has it lost data? The edge follows it.")]
    public static partial void Backwards(ILogger logger, long revision, long served);
}
