using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Mesh.Edge.Hosting;

/// <summary>The log of the process, edge or silo: one line per entry on standard error, UTC.</summary>
internal static class ProcessLogging
{
    public static ILoggerFactory Create(LogLevel level) => LoggerFactory.Create(logging =>
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        // The libraries beneath tell their lives at the informational level.
        bool everything = level <= LogLevel.Debug;
        logging.SetMinimumLevel(everything || level > LogLevel.Warning ? level : LogLevel.Warning);
        logging.AddFilter("Mesh", level);

        // A line for each failed try would bury all else while an upstream is down; the targets' counters tell of it.
        logging.AddFilter("Yarp", everything ? level : LogLevel.Error);

        // Its first look compares with a clock that has not started yet, so every start would begin with a false alarm.
        logging.AddFilter("Orleans.Runtime.Watchdog", everything ? level : LogLevel.Error);

        // What it says of a failed start is said by us, in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting", everything ? level : LogLevel.None);
    });
}
