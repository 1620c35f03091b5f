using System.Globalization;
using Mesh.Edge.Settings;

namespace Mesh.Silo.Admin.Logging;

/// <summary><c>/debug/node/log-level[/{level}]</c>: what this process logs (Kong 3.9, <c>api/routes/debug.lua</c>).</summary>
internal static class LogLevelEndpoints
{
    /// <summary>Seconds, unless the client says otherwise.</summary>
    private const int DefaultTimeout = 60;

    /// <summary>Seconds: a day. What is to last longer belongs in the settings.</summary>
    private const int MaxTimeout = 86_400;

    public static AdminResource Current { get; } = new()
    {
        Get = context => Said(StatusCodes.Status200OK, $"log level: {Name(context.Services.LogLevel.Level)}"),
    };

    public static AdminResource One(string level) => new() { Put = context => Set(context, level) };

    private static Task<AdminAnswer> Set(AdminContext context, string name)
    {
        LogLevel level;
        try
        {
            level = SettingValue.Level(name);
        }
        catch (FormatException)
        {
            return Said(StatusCodes.Status400BadRequest, $"unknown log level: {name}");
        }

        double seconds = double.TryParse(context.Query("timeout"), NumberStyles.Float, CultureInfo.InvariantCulture, out double given) ? Math.Ceiling(given) : DefaultTimeout;
        if (seconds is not (>= 0 and <= MaxTimeout))
        {
            return Said(StatusCodes.Status400BadRequest, seconds < 0 ? "timeout must be greater than or equal to 0" : $"timeout must be at most {MaxTimeout} seconds");
        }

        return context.Services.LogLevel.Set(level, TimeSpan.FromSeconds(seconds))
            ? Said(StatusCodes.Status200OK, "log level changed")
            : Said(StatusCodes.Status200OK, $"log level is already {name}");
    }

    private static Task<AdminAnswer> Said(int status, string message) => Task.FromResult(AdminAnswer.Message(status, message));

    private static string Name(LogLevel level) => level switch
    {
        <= LogLevel.Debug => "debug",
        LogLevel.Information => "notice",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "crit",
    };
}
