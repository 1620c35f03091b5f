using Mesh.Edge.Telemetry.Export;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Mesh.Edge.Hosting;

/// <summary>The log of the process, edge or silo: one line per entry on standard error, UTC.</summary>
internal static class ProcessLogging
{
    /// <param name="export">Where log records go beside; null: nowhere.</param>
    public static ILoggerFactory Create(ProcessLogLevel level, TelemetryExport? export) => LoggerFactory.Create(logging =>
    {
        export?.AddTo(logging);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.Services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(level);
        logging.Services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(level);
    });
}
