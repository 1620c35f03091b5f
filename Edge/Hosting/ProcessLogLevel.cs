using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Hosting;

/// <summary>What the process logs now; a change takes effect at once in every logger.</summary>
internal sealed class ProcessLogLevel(LogLevel level) : IConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>
{
    private volatile int current = (int)level;
    private ConfigurationReloadToken changed = new();

    public LogLevel Level => (LogLevel)current;

    string? IOptionsChangeTokenSource<LoggerFilterOptions>.Name => Options.DefaultName;

    public void Change(LogLevel next)
    {
        current = (int)next;
        Interlocked.Exchange(ref changed, new ConfigurationReloadToken()).OnReload();
    }

    IChangeToken IOptionsChangeTokenSource<LoggerFilterOptions>.GetChangeToken() => Volatile.Read(ref changed);

    void IConfigureOptions<LoggerFilterOptions>.Configure(LoggerFilterOptions options)
    {
        // The libraries beneath tell their lives at the informational level.
        LogLevel now = Level;
        bool everything = now <= LogLevel.Debug;
        options.MinLevel = everything || now > LogLevel.Warning ? now : LogLevel.Warning;
        Add("Mesh", now);

        // A line for each failed try would bury all else while an upstream is down; the targets' counters tell of it.
        Add("Yarp", everything ? now : LogLevel.Error);

        // Its first look compares with a clock that has not started yet, so every start would begin with a false alarm.
        Add("Orleans.Runtime.Watchdog", everything ? now : LogLevel.Error);

        // What it says of a failed start is said by us, in one line.
        Add("Microsoft.Extensions.Hosting", everything ? now : LogLevel.None);

        void Add(string category, LogLevel least) => options.Rules.Add(new LoggerFilterRule(providerName: null, category, least, filter: null));
    }
}
