using System.Collections.Concurrent;
using Mesh.Edge.Plugins.Logging;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Plugins.FileLog;

/// <summary>One writer per path, whichever plugins name it. A writer lives as long as a plugin holds it or lines wait.</summary>
internal sealed class LogFiles(TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<string, WeakReference<LogFile>> files = new(StringComparer.Ordinal);

    /// <param name="path">Relative to the process's working directory.</param>
    /// <exception cref="FormatException">No path at all.</exception>
    public LogFile Get(string path)
    {
        string full;
        try
        {
            full = Path.GetFullPath(path);
        }
        catch (ArgumentException)
        {
            throw new FormatException("path is not a path");
        }

        while (true)
        {
            WeakReference<LogFile> known = files.GetOrAdd(full, static (name, made) => new(new LogFile(name, made.time, made.logger)), (time, logger));
            if (known.TryGetTarget(out LogFile? file))
            {
                return file;
            }

            files.TryRemove(new(full, known));
        }
    }

    public IEnumerable<OutputProblem> Problems() => Alive().Select(file => file.Problem).OfType<OutputProblem>();

    public Task StopAsync(TimeSpan limit) => Task.WhenAll(Alive().Select(file => file.StopAsync(limit)));

    private IEnumerable<LogFile> Alive()
    {
        foreach ((string path, WeakReference<LogFile> known) in files)
        {
            if (known.TryGetTarget(out LogFile? file))
            {
                yield return file;
            }
            else
            {
                files.TryRemove(new(path, known));
            }
        }
    }
}
